package gomod

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// survey fills a table from the sources of the pinned modules.
type survey struct {
	*sources
	table    *table
	versions map[string]map[string]bool // by path, each version that the module graph of some tree may select
	inner    map[*tablePackage][]string // what a package reaches in its own module
	byPath   map[string][]*tablePackage // a package at all its versions
	needed   map[string]*tableModule    // by import path: the packages that a tree may need to build, and their modules
}

func surveyPins(t *testing.T, p pins) *survey {
	s := &survey{
		sources:  newSources(t),
		table:    readTable(""),
		versions: make(map[string]map[string]bool),
		inner:    make(map[*tablePackage][]string),
		byPath:   make(map[string][]*tablePackage),
		needed:   make(map[string]*tableModule),
	}
	s.table.goFloor = p.goFloor
	imports := s.importable(p)
	build := s.buildList(p, imports)
	for _, m := range build {
		s.noteVersion(m)
		s.readGraph(m, false)
	}
	s.addNeeded(build, imports)
	s.addTests()
	s.dropUnread()
	s.shorten()
	return s
}

// importable lists the packages that emitted code may import.
func (s *survey) importable(p pins) []string {
	modules := make([]module.Version, len(p.modules))
	for i, m := range p.modules {
		modules[i] = m.Version
	}
	s.fetch(modules...)
	var paths []string
	for _, m := range p.modules {
		paths = append(paths, s.match(m)...)
	}
	return paths
}

// buildList is what a module that imports everything requires: each pinned module at its one version.
func (s *survey) buildList(p pins, imports []string) []module.Version {
	s.t.Helper()
	dir := s.t.TempDir()
	file := new(modfile.File)
	require.NoError(s.t, file.AddModuleStmt("example.com/all"))
	require.NoError(s.t, file.AddGoStmt(p.goFloor))
	for _, m := range p.modules {
		file.AddNewRequire(m.Path, m.Version.Version, false)
	}
	text, err := file.Format()
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(filepath.Join(dir, "go.mod"), text, 0o644))
	writeImports(s.t, filepath.Join(dir, "all.go"), imports)
	goCommand(s.t, dir, "mod", "tidy")

	text, err = os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(s.t, err)
	file, err = modfile.Parse("go.mod", text, nil)
	require.NoError(s.t, err)
	var list []module.Version
	for _, r := range file.Require {
		list = append(list, r.Mod)
	}
	for _, m := range p.modules {
		require.Contains(s.t, list, m.Version, "another module asks for more than pins.txt does")
	}
	s.fetch(list...)
	return list
}

// writeImports writes a Go file that imports each path.
func writeImports(t *testing.T, name string, paths []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("package all\n\nimport (\n")
	for _, p := range paths {
		b.WriteString("\t_ \"" + p + "\"\n")
	}
	b.WriteString(")\n")
	require.NoError(t, os.WriteFile(name, []byte(b.String()), 0o644))
}

func (s *survey) noteVersion(m module.Version) {
	if s.versions[m.Path] == nil {
		s.versions[m.Path] = make(map[string]bool)
	}
	s.versions[m.Path][m.Version] = true
}

// row is the block of m, made with its checksums when there is none yet.
func (s *survey) row(m module.Version) *tableModule {
	if row, ok := s.table.parsed[m]; ok {
		return row
	}
	src := s.module(m)
	row := &tableModule{Version: m, zip: src.Sum, mod: src.GoModSum, packages: make(map[string]*tablePackage)}
	s.table.parsed[m] = row
	return row
}

// readGraph reads the go.mod of a module that a tree may require, as [resolution.selectVersions] will.
func (s *survey) readGraph(m module.Version, whole bool) {
	row := s.row(m)
	isRead := row.goDir != "" || row.requires != nil
	if isRead && !whole {
		return
	}
	file := s.goMod(m)
	if file.Go != nil {
		row.goDir = file.Go.Version
	}
	row.requires = nil
	whole = whole || !row.prunesGraph()
	for _, r := range file.Require {
		row.requires = append(row.requires, r.Mod)
		s.noteVersion(r.Mod)
		if _, ok := s.table.parsed[r.Mod]; whole && !ok {
			s.readGraph(r.Mod, true)
		}
	}
	module.Sort(row.requires)
}

// addNeeded adds every package that a tree may need to build, and pins its module.
func (s *survey) addNeeded(build []module.Version, queue []string) {
	versions := make(map[string]string)
	for _, m := range build {
		versions[m.Path] = m.Version
	}
	for len(queue) > 0 {
		importPath := queue[0]
		queue = queue[1:]
		if s.needed[importPath] != nil {
			continue
		}
		src := s.provider(importPath, versions)
		require.NotNil(s.t, src, "no module for %s", importPath)
		row := s.row(module.Version{Path: src.Path, Version: src.Version})
		s.table.pinned[row.Path] = row.Version.Version
		s.needed[importPath] = row
		queue = append(queue, s.add(row, src, importPath, false).imports...)
	}
}

func (s *survey) provider(importPath string, versions map[string]string) *source {
	for prefix := range prefixes(importPath) {
		if v, ok := versions[prefix]; ok {
			if src := s.module(module.Version{Path: prefix, Version: v}); src.pkg(s.t, importPath) != nil {
				return src
			}
		}
	}
	return nil
}

// addTests adds what the tests of the needed packages reach.
func (s *survey) addTests() {
	for _, importPath := range slices.Sorted(maps.Keys(s.needed)) {
		alone := newResolution(s.table)
		queue := alone.require([]string{importPath})
		require.NoError(s.t, alone.selectVersions())
		seen := make(map[string]bool)
		for len(queue) > 0 {
			p := queue[0]
			queue = queue[1:]
			if !seen[p] {
				seen[p] = true
				queue = append(queue, s.addTestPackage(p, alone.selected)...)
			}
		}
	}
}

// addTestPackage adds a package at all versions that a tree may select. None is lower than what the tree selects that
// imports nothing but the tested package: other imports can only raise it. It returns what the package imports.
func (s *survey) addTestPackage(importPath string, atLeast map[string]string) (imports []string) {
	found := false
	for prefix := range prefixes(importPath) {
		for v := range s.versions[prefix] {
			if semver.Compare(v, atLeast[prefix]) < 0 {
				continue
			}
			m := module.Version{Path: prefix, Version: v}
			src, row := s.module(m), s.row(m)
			if src.pkg(s.t, importPath) != nil {
				found = true
				imports = append(imports, s.add(row, src, importPath, true).imports...)
			}
		}
	}
	require.True(s.t, found, "no module for %s, which a test imports", importPath)
	return imports
}

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

// dropUnread drops the requirements that can never matter: on modules that the table says nothing else about, for no
// package of theirs is ever loaded. Where a whole graph is read, all matter.
func (s *survey) dropUnread() {
	known := make(map[string]bool)
	for m := range s.table.parsed {
		known[m.Path] = true
	}
	for _, row := range s.table.parsed {
		row.requires = slices.DeleteFunc(row.requires, func(m module.Version) bool { return !known[m.Path] })
	}
}

// shorten drops from every list of imports what another one of the list reaches anyway.
func (s *survey) shorten() {
	reach := make(map[[2]string]bool)
	type lists struct{ imports, tests []string }
	short := make(map[*tablePackage]lists)
	for pkg := range s.inner {
		imports := s.essential(pkg.imports, nil, reach)
		short[pkg] = lists{imports, s.essential(pkg.tests, imports, reach)}
	}
	for pkg, l := range short {
		pkg.imports, pkg.tests = l.imports, l.tests
	}
}

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
