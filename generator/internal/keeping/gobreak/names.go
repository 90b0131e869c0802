package gobreak

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// nameImports writes the name of a package into each import that has none. The packages themselves are not read, and the type
// checker takes the last element of a path for the name: v2 of math/rand/v2, yaml.v3 of gopkg.in/yaml.v3.
func nameImports(file *ast.File) {
	unknown := map[string]bool{} // what the file uses and does not declare
	for _, ident := range file.Unresolved {
		unknown[ident.Name] = true
	}
	for _, spec := range file.Imports {
		i := splice.ImportOf(spec)
		if i.Name == "" && !unknown[i.Local()] {
			if name := within(i.Path, unknown); name != "" {
				i.Name = name
			}
		}
		if spec.Name == nil {
			spec.Name = ast.NewIdent(i.Local())
		}
		delete(unknown, i.Local())
	}
}

// within is the name that is a word of an import path's last element, as isatty is of go-isatty; empty where none is.
func within(importPath string, names map[string]bool) string {
	words := strings.FieldsFunc(path.Base(importPath), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	i := slices.IndexFunc(words, func(word string) bool { return names[word] })
	if i < 0 {
		return ""
	}
	return words[i]
}
