package gomod

import (
	"maps"
	"slices"
)

// add adds one package of a module, and what it and its tests import from others.
func (s *survey) add(row *tableModule, src *source, importPath string, testOnly bool) *tablePackage {
	if pkg, ok := row.packages[importPath]; ok {
		return pkg
	}
	w := walk{survey: s, src: src, seen: make(map[string]bool), outer: make(map[string]bool)}
	w.visit(importPath)
	pkg := &tablePackage{imports: slices.Sorted(maps.Keys(w.outer)), testOnly: testOnly}
	s.inner[pkg] = slices.Sorted(maps.Keys(w.seen))
	if !testOnly {
		w.outer = make(map[string]bool)
		for _, p := range s.inner[pkg] {
			for _, tested := range src.pkg(s.t, p).tests {
				w.visit(tested)
			}
		}
		pkg.tests = slices.Sorted(maps.Keys(w.outer))
	}
	row.packages[importPath] = pkg
	s.byPath[importPath] = append(s.byPath[importPath], pkg)
	return pkg
}

// walk follows imports within one module, and notes where they leave it.
type walk struct {
	*survey
	src         *source
	seen, outer map[string]bool
}

func (w *walk) visit(importPath string) {
	pkg := w.src.pkg(w.t, importPath)
	if pkg == nil || w.isNested(importPath) {
		w.outer[importPath] = true
		return
	}
	if !w.seen[importPath] {
		w.seen[importPath] = true
		for _, p := range pkg.imports {
			w.visit(p)
		}
	}
}

// isNested reports whether a module below this one could provide the package too: go.sum must then cover both.
func (w *walk) isNested(importPath string) bool {
	for prefix := range prefixes(importPath) {
		if prefix == w.src.Path {
			return false
		}
		if w.versions[prefix] != nil {
			return true
		}
	}
	return false
}
