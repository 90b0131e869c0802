package treefiles

import (
	"go/parser"
	"go/token"
	"path"
	"strconv"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// UserImports lists what the Go files of a tree import that are not msgen's. A file that does not parse imports nothing; the
// compiler says where. Packages by the former import path of the tree are left out: no module provides them.
func UserImports(tree *disk.Tree, memory *state.State, rendered []state.File) []string {
	owners := map[string]state.Owner{}
	for _, file := range rendered {
		owners[file.Path] = file.Owner
	}
	folders := map[string]bool{}
	for _, name := range tree.GoFiles() {
		folders[path.Join(memory.Inputs.Root, path.Dir(name))] = true
	}
	var imports []string
	for _, name := range tree.GoFiles() {
		was, known := memory.Files[name]
		owner, stays := owners[name]
		if owner == state.Generated || !stays && was.Owner == state.Generated {
			continue
		}
		found := tree.Look(name)
		if found.Kind != disk.Regular || known && !stays && was.Emitted(found.Content) { // it goes in this run
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", found.Content, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range file.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil && !folders[imported] {
				imports = append(imports, imported)
			}
		}
	}
	return imports
}
