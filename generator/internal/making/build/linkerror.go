package build

import (
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// linkError is what protogen says of a file that protobuf's Go runtime would refuse too, which checks more than the
// proto compiler does: a proto3 field of a proto2 enum, for one.
var linkError = regexp.MustCompile(`^invalid FileDescriptorProto ("(?:[^"\\]|\\.)*"): proto:[\s\x{a0}]*(.*)$`)

// quoted is a name as that error has it.
var quoted = regexp.MustCompile(`"([\w.]+)"`)

// notLinked reports an error of protogen's, in the place of the declaration that it names.
func (b *builder) notLinked(err error) {
	parts := linkError.FindStringSubmatch(err.Error())
	if parts == nil {
		b.problems.Errorf(diag.Position{}, "%v", err)
		return
	}
	fileName, _ := strconv.Unquote(parts[1])
	for _, file := range b.Set.Files {
		if file.GetName() != fileName {
			continue
		}
		path := syntaxStatement
		if name := quoted.FindStringSubmatch(parts[2]); name != nil {
			if found, ok := locate(file.ProtoReflect(), file.GetPackage(), name[1]); ok {
				path = found
			}
		}
		b.problemIn(file, path, diag.Problem{Message: "the Go runtime of protobuf refuses this: " + parts[2]})
	}
}

// locate finds the declaration of a full name below one that has the name scope, and returns its path as
// SourceCodeInfo.Location has it.
func locate(within protoreflect.Message, scope, fullName string) (path []int32, ok bool) {
	within.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if !field.IsList() || field.Message() == nil || field.Message().Fields().ByName("name") == nil {
			return true
		}
		for i := range value.List().Len() {
			declared := value.List().Get(i).Message()
			name := strings.TrimPrefix(scope+"."+declared.Get(field.Message().Fields().ByName("name")).String(), ".")
			inner := name
			if _, isEnum := declared.Interface().(*descriptorpb.EnumDescriptorProto); isEnum {
				inner = scope // where the values of an enum are declared
			}
			if ok = name == fullName; !ok {
				var rest []int32
				rest, ok = locate(declared, inner, fullName)
				path = rest
			}
			if ok {
				path = append([]int32{int32(field.Number()), int32(i)}, path...)
				return false
			}
		}
		return true
	})
	return path, ok
}
