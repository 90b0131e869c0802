package build

import (
	"fmt"
	"path"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/msgen/msgen/generator/diag"
)

// linkedOwner is the Go package of a file that has a well-known one: a file that msgen links, or one that every
// emitted service links. A copy of it in the tree would panic when the service starts
// (https://protobuf.dev/reference/go/faq#namespace-conflict), so the owner is imported instead.
func linkedOwner(name string) (goPackage, bool) {
	if owner, ok := linkedOwners[name]; ok {
		return goPackage{path: owner, name: path.Base(owner)}, true
	}
	file, err := protoregistry.GlobalFiles.FindFileByPath(name)
	if err != nil {
		return goPackage{}, false
	}
	return declaredPackage(protodesc.ToFileDescriptorProto(file)), true
}

// linkedOwners are the proto files whose stubs every emitted service links, with the Go package that owns them.
var linkedOwners = map[string]string{
	"grpc/health/v1/health.proto":              "google.golang.org/grpc/health/grpc_health_v1",
	"grpc/reflection/v1/reflection.proto":      "google.golang.org/grpc/reflection/grpc_reflection_v1",
	"grpc/reflection/v1alpha/reflection.proto": "google.golang.org/grpc/reflection/grpc_reflection_v1alpha",
	"io/prometheus/client/metrics.proto":       "github.com/prometheus/client_model/go",
}

// linkedServices are the proto services that every emitted server registers itself.
var linkedServices = map[string]string{
	"grpc.health.v1.Health":                    "health",
	"grpc.reflection.v1.ServerReflection":      "reflection",
	"grpc.reflection.v1alpha.ServerReflection": "reflection",
}

// checkOwnership refuses files whose stubs the tree would hold although a well-known Go package already has the same
// full names: linked into one program, the two panic at start-up.
func (b *builder) checkOwnership() {
	for _, file := range b.result.Plugin.Files {
		if file.Generate {
			b.checkNames(file)
		}
	}
}

func (b *builder) checkNames(file *protogen.File) {
	var all []protoreflect.Descriptor
	for i := range file.Desc.Messages().Len() {
		all = append(all, file.Desc.Messages().Get(i))
	}
	for i := range file.Desc.Enums().Len() {
		all = append(all, file.Desc.Enums().Get(i))
	}
	for i := range file.Desc.Services().Len() {
		all = append(all, file.Desc.Services().Get(i))
	}
	for _, declared := range all {
		known, err := protoregistry.GlobalFiles.FindDescriptorByName(declared.FullName())
		if err != nil {
			continue
		}
		b.problem(declared, diag.Problem{
			Message: fmt.Sprintf("%s is already declared by the well-known file %s", declared.FullName(), known.ParentFile().Path()),
			Found:   file.Desc.Path(),
			Want:    "one file for each full name",
			Fix:     fmt.Sprintf("import %q instead of a copy under another path", known.ParentFile().Path()),
		})
	}
}
