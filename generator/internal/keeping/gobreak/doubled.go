package gobreak

import (
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Double is an import of the user's Go that brings stubs into the program which the tree has too.
type Double struct {
	Break
	Imported, InTree string // import paths
}

// Doubled lists the imports of the user's Go that name, once a plan is performed, a Go package by its declared path although its stubs
// stand in the tree. The twins are the packages in the tree by those paths.
func Doubled(tree *disk.Tree, memory *state.State, twins map[string]model.Import, planned *plan.Plan) []Double {
	if len(twins) == 0 {
		return nil
	}
	after := onDisk(tree, memory, "").with(planned)
	var out []Double
	for _, name := range slices.Sorted(maps.Keys(after.Files)) {
		if after.Users[name] && path.Ext(name) == ".go" {
			out = append(out, doubledIn(name, after.Files[name], twins)...)
		}
	}
	return out
}

// doubledIn lists the imports of one file. A file that does not parse imports nothing; the compiler says where.
func doubledIn(name string, src []byte, twins map[string]model.Import) []Double {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ImportsOnly)
	if err != nil {
		return nil
	}
	var out []Double
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if twin, ok := twins[imported]; err == nil && ok {
			at := fset.Position(spec.Path.Pos())
			out = append(out, Double{Break{Path: name, Line: at.Line, Col: at.Column}, imported, twin.Path})
		}
	}
	return out
}
