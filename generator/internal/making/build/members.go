package build

import (
	"fmt"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/gofeaturespb"

	"github.com/msgen/msgen/generator/diag"
)

// messageMethods are the methods that every message of protoc-gen-go has.
var messageMethods = []string{"Reset", "String", "ProtoMessage", "ProtoReflect", "Descriptor"}

// members refuses a message whose Go struct would have a field and a method of one name. protogen renames most of such
// fields; it knows neither ProtoReflect nor the getter of a oneof, and says that mending this would break existing code.
func (ids *identifiers) members(message *protogen.Message) {
	if message.APILevel == gofeaturespb.GoFeatures_API_OPAQUE {
		return // its struct has no exported fields
	}
	methods := map[string]bool{}
	for _, name := range messageMethods {
		methods[name] = true
	}
	for _, oneof := range message.Oneofs {
		if !oneof.Desc.IsSynthetic() {
			methods["Get"+oneof.GoName] = true
		}
	}
	for _, field := range message.Fields {
		if field.Oneof != nil && !field.Oneof.Desc.IsSynthetic() {
			continue // stands in a struct of its own
		}
		if methods[field.GoName] {
			ids.refuseMember(field.Desc, field.GoName)
		}
	}
	for _, oneof := range message.Oneofs {
		if !oneof.Desc.IsSynthetic() && methods[oneof.GoName] {
			ids.refuseMember(oneof.Desc, oneof.GoName)
		}
	}
}

func (ids *identifiers) refuseMember(at positioned, name string) {
	ids.problem(at, diag.Problem{
		Message: fmt.Sprintf("the Go struct %s would have a field and a method %s", shown(at.Parent()), name),
		Found:   string(at.Name()),
		Want:    "a name that no method of the stubs has",
		Fix:     "rename it",
	})
}
