package linked

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// declaration is one thing that a proto file declares.
type declaration struct {
	kind  string // message, enum, value, extension, service, field or method
	name  string // below the proto package: "Span.Link.trace_id"
	means string // what it is, as far as another version of the file could have it differently: "1 bytes"
	path  []int32
}

// scoped reports whether the name is one of the proto package's, of which a program has one each. The value of an enum is
// named like a sibling of that enum.
func scoped(kind, name string) bool {
	return kind != "field" && kind != "method" && !strings.Contains(name, ".")
}

// extends is the number that an extension takes of a message, by what it means: "google.protobuf.FieldOptions 1071".
func extends(means string) string {
	extendee, rest, _ := strings.Cut(means, " ")
	number, _, _ := strings.Cut(rest, " ")
	return extendee + " " + number
}

// String is the line of the table.
func (d declaration) String() string { return strings.TrimSpace(d.kind + " " + d.name + " " + d.means) }

// The field numbers of descriptor.proto that lead to the declarations of a file.
const (
	fileMessages, fileEnums, fileServices, fileExtensions          = 4, 5, 6, 7
	messageFields, messageMessages, messageEnums, messageExtension = 2, 3, 4, 6
	enumValues, serviceMethods                                     = 2, 2
)

// declarations lists what a file declares, with the paths of google.protobuf.SourceCodeInfo.Location.
func declarations(file *descriptorpb.FileDescriptorProto) []declaration {
	return (&declared{members: true}).of(file)
}

// registered lists what a file declares without fields and methods, which no registry knows by name.
func registered(file *descriptorpb.FileDescriptorProto) []declaration { return new(declared).of(file) }

// declared are the declarations of a file so far.
type declared struct {
	members bool // fields and methods too
	all     []declaration
}

func (d *declared) of(file *descriptorpb.FileDescriptorProto) []declaration {
	for i, m := range file.GetMessageType() {
		d.message("", m, []int32{fileMessages, int32(i)})
	}
	for i, e := range file.GetEnumType() {
		d.enum("", e, []int32{fileEnums, int32(i)})
	}
	for i, s := range file.GetService() {
		d.service(s, []int32{fileServices, int32(i)})
	}
	for i, x := range file.GetExtension() {
		d.extension("", x, []int32{fileExtensions, int32(i)})
	}
	return d.all
}

func (d *declared) add(kind, name, means string, path []int32) {
	d.all = append(d.all, declaration{kind: kind, name: name, means: means, path: path})
}

func (d *declared) message(scope string, m *descriptorpb.DescriptorProto, path []int32) {
	name := scope + m.GetName()
	d.add("message", name, "", path)
	if d.members {
		for i, f := range m.GetField() {
			d.add("field", name+"."+f.GetName(), fieldMeans(f, m), below(path, messageFields, int32(i)))
		}
	}
	for i, nested := range m.GetNestedType() {
		d.message(name+".", nested, below(path, messageMessages, int32(i)))
	}
	for i, e := range m.GetEnumType() {
		d.enum(name+".", e, below(path, messageEnums, int32(i)))
	}
	for i, x := range m.GetExtension() {
		d.extension(name+".", x, below(path, messageExtension, int32(i)))
	}
}

func (d *declared) enum(scope string, e *descriptorpb.EnumDescriptorProto, path []int32) {
	d.add("enum", scope+e.GetName(), "", path)
	for i, v := range e.GetValue() {
		d.add("value", scope+v.GetName(), fmt.Sprintf("%s %d", e.GetName(), v.GetNumber()), below(path, enumValues, int32(i)))
	}
}

func (d *declared) service(s *descriptorpb.ServiceDescriptorProto, path []int32) {
	d.add("service", s.GetName(), "", path)
	if !d.members {
		return
	}
	for i, m := range s.GetMethod() {
		means := fmt.Sprintf("%s%s %s%s", stream(m.GetClientStreaming()), m.GetInputType(), stream(m.GetServerStreaming()), m.GetOutputType())
		d.add("method", s.GetName()+"."+m.GetName(), means, below(path, serviceMethods, int32(i)))
	}
}

func stream(streams bool) string {
	if streams {
		return "stream "
	}
	return ""
}

func (d *declared) extension(scope string, x *descriptorpb.FieldDescriptorProto, path []int32) {
	means := strings.TrimPrefix(x.GetExtendee(), ".") + " " + fieldMeans(x, nil)
	d.add("extension", scope+x.GetName(), means, path)
}

// fieldMeans is a field's number and type. Where it is in a oneof, Go has it elsewhere.
func fieldMeans(f *descriptorpb.FieldDescriptorProto, of *descriptorpb.DescriptorProto) string {
	means := fmt.Sprintf("%d %s", f.GetNumber(), protoreflect.Kind(f.GetType()))
	if f.GetTypeName() != "" {
		means += " " + f.GetTypeName()
	}
	if f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED {
		means += " repeated"
	}
	if of != nil && f.OneofIndex != nil && !f.GetProto3Optional() {
		means += " oneof " + of.GetOneofDecl()[f.GetOneofIndex()].GetName()
	}
	return means
}

func below(path []int32, steps ...int32) []int32 { return append(slices.Clone(path), steps...) }
