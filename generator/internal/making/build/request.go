package build

import (
	"fmt"
	"path"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// checkRequest refuses a request that leaves out protos of the Go packages in the tree whose stubs another plugin is asked for:
// that writes stubs for the protos of the request alone, and the rest of the package would not compile.
func (b *builder) checkRequest(o *owners) {
	for _, of := range o.all {
		if of.place != inside || of.rank == unasked {
			continue
		}
		for _, file := range of.files {
			if b.rank(file.GetName()) == unasked && !b.hasStub(of, file) {
				b.problemIn(file, goPackageOption, diag.Problem{
					Message: fmt.Sprintf("another plugin writes the stubs, and the request leaves out this proto, which is of the same Go package as %s",
						b.shownPath(of.lead(b.rank).GetName())),
					Found: of.declared.path,
					Want:  "all protos of the Go package in one request",
					Fix:   fmt.Sprintf("pass %s too, or pass stubs=true to have msgen write the stubs", file.GetName()),
				})
			}
		}
	}
}

// hasStub reports whether the stub of a file stands where another plugin puts it.
func (b *builder) hasStub(of *owner, file *descriptorpb.FileDescriptorProto) bool {
	return b.stubStands(of.declared.path, file)
}

// stubStands reports whether the tree has the stub of a file, in the folder of a Go package.
func (b *builder) stubStands(importPath string, file *descriptorpb.FileDescriptorProto) bool {
	name := strings.TrimSuffix(path.Base(file.GetName()), ".proto") + ".pb.go"
	return b.Stands != nil && b.Stands(path.Join(b.inRoot(importPath), name))
}
