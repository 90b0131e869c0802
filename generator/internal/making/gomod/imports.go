package gomod

import (
	"iter"
	"path"
	"strings"
)

// thirdParty returns the imports that some other module must provide.
func (in Input) thirdParty() []string {
	var paths []string
	for _, importPath := range in.Imports {
		if !isStandard(importPath) && !within(in.Module, importPath) {
			paths = append(paths, importPath)
		}
	}
	return paths
}

// isStandard reports whether a package is the standard library's by the go command's rule: no dot in the first
// element. It holds for import "C" too.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// within reports whether importPath is modulePath or lies below it.
func within(modulePath, importPath string) bool {
	rest, ok := strings.CutPrefix(importPath, modulePath)
	return ok && (rest == "" || rest[0] == '/')
}

// prefixes yields the paths of all modules that could provide a package: its own path and each path above, the
// longest first.
func prefixes(importPath string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for p := importPath; p != "."; p = path.Dir(p) {
			if !yield(p) {
				return
			}
		}
	}
}
