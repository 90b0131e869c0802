package build

import (
	"fmt"
	"go/token"
	"maps"
	"slices"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
)

// dependencyField is the field number of the imports in a FileDescriptorProto.
const dependencyField = 3

// forwarded declares the names that the stubs of a file have for those of the files that it imports publicly from other Go
// packages: protoc-gen-go declares each exported type, constant and variable of these once more, as an alias.
func (ids *identifiers) forwarded(file *protogen.File) {
	imports := file.Desc.Imports()
	for i := range imports.Len() {
		imported := ids.result.Plugin.FilesByPath[imports.Get(i).Path()]
		if !imports.Get(i).IsPublic || imported.GoImportPath == file.GoImportPath {
			continue
		}
		theirs := newIdentifiers(&builder{Input: ids.Input}) // what is wrong among them is reported where they are emitted
		theirs.messages(imported)
		for _, name := range slices.Sorted(maps.Keys(theirs.owner)) {
			switch first, taken := ids.owner[name]; {
			case !token.IsExported(name):
			case taken:
				ids.refuseForwarded(file, i, name, first)
				return // another public import of the file has the others too
			default:
				ids.owner[name], ids.public[name] = theirs.owner[name], imported.Desc.Path()
			}
		}
	}
}

// refuseForwarded reports a public import whose names the Go package has for another one.
func (ids *identifiers) refuseForwarded(file *protogen.File, i int, name string, first positioned) {
	ids.problemIn(file.Proto, []int32{dependencyField, int32(i)}, diag.Problem{
		Message: fmt.Sprintf("the Go name %s is declared twice", name),
		Found:   file.Desc.Imports().Get(i).Path(),
		Want:    fmt.Sprintf("one public import in a Go package that brings it, and %s is there for another", shown(first)),
		Fix:     "import one of the two without public",
	})
}
