package build

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/gofeaturespb"

	"github.com/msgen/msgen/generator/diag"
)

// checkIdentifiers refuses protos whose stubs would declare one Go name twice in a package. The compiler would say so
// too, but about code that nobody wrote; here the problem stands at the proto's line.
func (b *builder) checkIdentifiers() {
	byPackage := map[protogen.GoImportPath]*identifiers{}
	for _, file := range b.result.Plugin.Files {
		if !file.Generate {
			continue
		}
		if byPackage[file.GoImportPath] == nil {
			byPackage[file.GoImportPath] = newIdentifiers(b)
		}
		byPackage[file.GoImportPath].forwarded(file)
	}
	for _, file := range b.result.Plugin.Files {
		if file.Generate {
			byPackage[file.GoImportPath].file(file)
		}
	}
	for _, file := range b.result.Plugin.Files {
		if file.Generate && !b.doubts.stubs { // which have other names than the packages that stand in for them
			byPackage[file.GoImportPath].importNames(file)
		}
	}
}

// identifiers are the names that the stubs of one Go package declare, each with what declares it.
type identifiers struct {
	*builder
	owner  map[string]positioned
	hiding map[positioned]bool // those that are known to hide an import
	public map[string]string   // the names that are there for an import public, each with the proto that is imported
}

func newIdentifiers(b *builder) *identifiers {
	return &identifiers{builder: b, owner: map[string]positioned{}, hiding: map[positioned]bool{}, public: map[string]string{}}
}

// declare notes the top-level Go names that a descriptor gives rise to, or reports the first of them that is taken.
func (ids *identifiers) declare(at positioned, names ...string) bool {
	for _, name := range names {
		if first, taken := ids.owner[name]; taken {
			fix := "rename one of the two"
			if imported := ids.public[name]; imported != "" {
				fix += fmt.Sprintf(", or import %q without public", imported)
			}
			ids.problem(at, diag.Problem{
				Message: fmt.Sprintf("the Go name %s is declared twice", name),
				Found:   shown(at),
				Want:    fmt.Sprintf("a name that does not meet %s (%s)", shown(first), ids.Set.Position(first)),
				Fix:     fix,
			})
			return false
		}
		ids.owner[name] = at
	}
	return true
}

// shown is a descriptor as its author knows it.
func shown(d positioned) string {
	if file, ok := d.(protoreflect.FileDescriptor); ok {
		return file.Path()
	}
	return string(d.FullName())
}

func (ids *identifiers) file(file *protogen.File) {
	ids.declare(file.Desc, file.GoDescriptorIdent.GoName)
	ids.messages(file)
	for _, service := range file.Services {
		ids.service(service)
	}
}

// messages declares what protoc-gen-go emits for a file.
func (ids *identifiers) messages(file *protogen.File) {
	for _, enum := range file.Enums {
		ids.enum(enum)
	}
	for _, message := range file.Messages {
		ids.message(message)
	}
	for _, extension := range file.Extensions {
		ids.declare(extension.Desc, "E_"+extension.GoIdent.GoName)
	}
}

func (ids *identifiers) enum(enum *protogen.Enum) {
	name := enum.GoIdent.GoName
	if !ids.declare(enum.Desc, name, name+"_name", name+"_value") {
		return
	}
	for _, value := range enum.Values {
		ids.declare(value.Desc, value.GoIdent.GoName)
	}
}

// message declares what protoc-gen-go 1.36 emits for a message, in all of its APIs.
func (ids *identifiers) message(message *protogen.Message) {
	if message.Desc.IsMapEntry() {
		return
	}
	name := message.GoIdent.GoName
	if !ids.declare(message.Desc, name) {
		return
	}
	if message.APILevel != gofeaturespb.GoFeatures_API_OPEN {
		ids.declare(message.Desc, name+"_builder")
	}
	ids.members(message)
	for _, field := range message.Fields {
		if field.Desc.HasDefault() {
			ids.declare(field.Desc, "Default_"+name+"_"+field.GoName)
		}
	}
	for _, oneof := range message.Oneofs {
		ids.oneof(message, oneof)
	}
	for _, enum := range message.Enums {
		ids.enum(enum)
	}
	for _, nested := range message.Messages {
		ids.message(nested)
	}
	for _, extension := range message.Extensions {
		ids.declare(extension.Desc, "E_"+extension.GoIdent.GoName)
	}
}

func (ids *identifiers) oneof(message *protogen.Message, oneof *protogen.Oneof) {
	if oneof.Desc.IsSynthetic() {
		return
	}
	open, name := message.APILevel == gofeaturespb.GoFeatures_API_OPEN, message.GoIdent.GoName
	ids.declare(oneof.Desc, "is"+oneof.GoIdent.GoName)
	if !open {
		ids.declare(oneof.Desc, "case_"+oneof.GoIdent.GoName, oneof.GoIdent.GoName+"_not_set_case")
	}
	for _, field := range oneof.Fields {
		if !open {
			ids.declare(field.Desc, name+"_"+field.GoName+"_case")
		}
		if message.APILevel != gofeaturespb.GoFeatures_API_OPAQUE { // there the wrapper begins in lower case
			ids.declare(field.Desc, field.GoIdent.GoName)
		}
	}
}

// service declares what protoc-gen-go-grpc 1.6 emits for a service.
func (ids *identifiers) service(service *protogen.Service) {
	name := service.GoName
	if !ids.declare(service.Desc, name+"Client", "New"+name+"Client", lowerFirst(name)+"Client", name+"Server",
		"Unimplemented"+name+"Server", "Unsafe"+name+"Server", "Register"+name+"Server", name+"_ServiceDesc") {
		return
	}
	methods := map[string]positioned{}
	for _, method := range service.Methods {
		if first, taken := methods[method.GoName]; taken {
			ids.problem(method.Desc, diag.Problem{
				Message: fmt.Sprintf("the Go method %s is declared twice", method.GoName),
				Found:   string(method.Desc.Name()),
				Want:    fmt.Sprintf("a name that differs from %s in more than case or underscores", first.Name()),
				Fix:     "rename one of the two RPCs",
			})
			continue
		}
		methods[method.GoName] = method.Desc
		ids.declare(method.Desc, name+"_"+method.GoName+"_FullMethodName", "_"+name+"_"+method.GoName+"_Handler")
		if method.Desc.IsStreamingClient() || method.Desc.IsStreamingServer() {
			ids.declare(method.Desc, name+"_"+method.GoName+"Client", name+"_"+method.GoName+"Server")
		}
	}
}

func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return strings.Join([]string{string(unicode.ToLower(first)), s[size:]}, "")
}
