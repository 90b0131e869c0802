package gomod

import (
	"maps"
	"slices"
)

// shorten drops from every list of imports what another one of the list reaches anyway.
func (s *survey) shorten() {
	reach := make(map[[2]string]bool)
	type lists struct{ imports, tests []string }
	short := make(map[*tablePackage]lists)
	for _, importPath := range slices.Sorted(maps.Keys(s.byPath)) {
		for _, pkg := range s.byPath[importPath] {
			imports := s.essential(pkg.imports, nil, reach)
			short[pkg] = lists{imports, s.essential(pkg.tests, imports, reach)}
		}
	}
	for pkg, l := range short {
		pkg.imports, pkg.tests = l.imports, l.tests
	}
}

// essential returns the packages of list that neither another one of list nor one of given reaches.
func (s *survey) essential(list, given []string, reach map[[2]string]bool) []string {
	kept := slices.Clone(list)
	for _, p := range list {
		reached := func(from string) bool { return from != p && s.reaches(from, p, reach) }
		if slices.Contains(given, p) || slices.ContainsFunc(kept, reached) || slices.ContainsFunc(given, reached) {
			kept = slices.DeleteFunc(kept, func(k string) bool { return k == p })
		}
	}
	return kept
}

// reaches reports whether importing from brings along to, whatever versions a tree selects.
func (s *survey) reaches(from, to string, known map[[2]string]bool) bool {
	key := [2]string{from, to}
	if answer, ok := known[key]; ok {
		return answer
	}
	known[key] = false // until it is found: packages of several versions may form a circle
	answer := !slices.ContainsFunc(s.byPath[from], func(pkg *tablePackage) bool {
		return !slices.Contains(s.inner[pkg], to) && !slices.ContainsFunc(pkg.imports, func(p string) bool {
			return p == to || s.reaches(p, to, known)
		})
	})
	known[key] = answer && len(s.byPath[from]) > 0
	return known[key]
}
