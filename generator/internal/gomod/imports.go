package gomod

import (
	"iter"
	"path"
	"strings"
)

// thirdParty returns the imports that some other module must provide.
func (in Input) thirdParty() []string {
	var paths []string
	for _, path := range in.Imports {
		if !isStandard(path) && !within(in.Module, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// isStandard reports whether path is the standard library's by the go command's rule, no dot in the first element.
// It holds for import "C" too.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// within reports whether path is prefix or lies below it.
func within(prefix, path string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
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
