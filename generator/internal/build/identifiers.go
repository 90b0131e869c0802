package build

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/compiler/protogen"

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
		ids := byPackage[file.GoImportPath]
		if ids == nil {
			ids = &identifiers{builder: b, owner: map[string]positioned{}}
			byPackage[file.GoImportPath] = ids
		}
		ids.file(file)
	}
	for _, host := range b.service().Hosts {
		b.checkHandlers(host.FullName)
	}
}

// identifiers are the names that the stubs of one Go package declare, each with what declares it.
type identifiers struct {
	*builder
	owner map[string]positioned
}

// declare notes a top-level Go name, or reports the second declaration of it.
func (ids *identifiers) declare(name string, at positioned) {
	first, taken := ids.owner[name]
	if !taken {
		ids.owner[name] = at
		return
	}
	ids.problem(at, diag.Problem{
		Message: fmt.Sprintf("the Go name %s is declared twice", name),
		Found:   string(at.FullName()),
		Want:    fmt.Sprintf("a name that does not meet %s (%s)", first.FullName(), ids.Set.Position(first)),
		Fix:     "rename one of the two",
	})
}

func (ids *identifiers) file(file *protogen.File) {
	for _, enum := range file.Enums {
		ids.enum(enum)
	}
	for _, message := range file.Messages {
		ids.message(message)
	}
	for _, extension := range file.Extensions {
		ids.declare("E_"+extension.GoIdent.GoName, extension.Desc)
	}
	for _, service := range file.Services {
		ids.service(service)
	}
}

func (ids *identifiers) enum(enum *protogen.Enum) {
	for _, suffix := range []string{"", "_name", "_value"} {
		ids.declare(enum.GoIdent.GoName+suffix, enum.Desc)
	}
	for _, value := range enum.Values {
		ids.declare(value.GoIdent.GoName, value.Desc)
	}
}

func (ids *identifiers) message(message *protogen.Message) {
	if message.Desc.IsMapEntry() {
		return
	}
	ids.declare(message.GoIdent.GoName, message.Desc)
	for _, oneof := range message.Oneofs {
		if oneof.Desc.IsSynthetic() {
			continue
		}
		for _, field := range oneof.Fields {
			ids.declare(field.GoIdent.GoName, field.Desc)
		}
	}
	for _, enum := range message.Enums {
		ids.enum(enum)
	}
	for _, nested := range message.Messages {
		ids.message(nested)
	}
	for _, extension := range message.Extensions {
		ids.declare("E_"+extension.GoIdent.GoName, extension.Desc)
	}
}

// service declares what protoc-gen-go-grpc 1.6 emits for a service.
func (ids *identifiers) service(service *protogen.Service) {
	name := service.GoName
	for _, pattern := range []string{
		"%sClient", "New%sClient", "%sServer", "Unimplemented%sServer", "Unsafe%sServer", "Register%sServer", "%s_ServiceDesc",
	} {
		ids.declare(fmt.Sprintf(pattern, name), service.Desc)
	}
	ids.declare(lowerFirst(name)+"Client", service.Desc)
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
		ids.declare(fmt.Sprintf("%s_%s_FullMethodName", name, method.GoName), method.Desc)
		ids.declare(fmt.Sprintf("_%s_%s_Handler", name, method.GoName), method.Desc)
		if method.Desc.IsStreamingClient() || method.Desc.IsStreamingServer() {
			ids.declare(fmt.Sprintf("%s_%sClient", name, method.GoName), method.Desc)
			ids.declare(fmt.Sprintf("%s_%sServer", name, method.GoName), method.Desc)
		}
	}
}

// checkHandlers refuses an RPC whose method would meet the field that the handlers embed.
func (b *builder) checkHandlers(fullName string) {
	for _, service := range b.declared() {
		embedded := "Unsafe" + service.GoName + "Server"
		for _, method := range service.Methods {
			if string(service.Desc.FullName()) == fullName && method.GoName == embedded {
				b.problem(method.Desc, diag.Problem{
					Message: "an RPC cannot have the name of what its handlers embed",
					Found:   string(method.Desc.Name()),
					Want:    "another name than " + embedded,
					Fix:     "rename the RPC",
				})
			}
		}
	}
}

func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return strings.Join([]string{string(unicode.ToLower(first)), s[size:]}, "")
}
