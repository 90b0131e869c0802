package treefiles

import (
	"fmt"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// goImports lists the import paths of all Go files among files, sorted, each once.
func goImports(files []state.File) ([]string, error) {
	var paths []string
	for _, file := range files {
		if path.Ext(file.Path) != ".go" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), "", file.Content, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path, err)
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file.Path, err)
			}
			paths = append(paths, imported)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}
