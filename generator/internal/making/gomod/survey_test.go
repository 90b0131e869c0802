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
	build := s.buildList(p)
	s.readGraph(build)
	s.addNeeded(build, p.imports)
	s.addTests()
	s.dropUnread()
	s.shorten()
	return s
}

// buildList is what a module that imports everything requires: each pinned module at its one version.
func (s *survey) buildList(p pins) []module.Version {
	s.t.Helper()
	dir, pinned := s.t.TempDir(), s.providers(p)
	file := new(modfile.File)
	require.NoError(s.t, file.AddModuleStmt("example.com/all"))
	require.NoError(s.t, file.AddGoStmt(goFloor))
	for _, m := range pinned {
		file.AddNewRequire(m.Path, m.Version, false)
	}
	text, err := file.Format()
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(filepath.Join(dir, "go.mod"), text, 0o644))
	writeImports(s.t, filepath.Join(dir, "all.go"), p.imports)
	goCommand(s.t, dir, "mod", "tidy")

	text, err = os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(s.t, err)
	file, err = modfile.Parse("go.mod", text, nil)
	require.NoError(s.t, err)
	var list []module.Version
	for _, r := range file.Require {
		list = append(list, r.Mod)
	}
	for _, m := range pinned {
		require.Contains(s.t, list, m, "another module asks for more than go.mod does")
	}
	s.fetch(list...)
	return list
}

// providers are the modules of the imports, at the versions of go.mod.
func (s *survey) providers(p pins) []module.Version {
	s.t.Helper()
	var possible, pinned []module.Version
	for _, importPath := range p.imports {
		for prefix := range prefixes(importPath) {
			if v, ok := p.versions[prefix]; ok {
				possible = append(possible, module.Version{Path: prefix, Version: v})
			}
		}
	}
	module.Sort(possible)
	s.fetch(slices.Compact(possible)...)
	for _, importPath := range p.imports {
		src := s.provider(importPath, p.versions)
		require.NotNil(s.t, src, "no module of go.mod has %s", importPath)
		pinned = append(pinned, module.Version{Path: src.Path, Version: src.Version})
	}
	module.Sort(pinned)
	return slices.Compact(pinned)
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

// readGraph reads the go.mod files that [resolution.selectVersions] will read.
func (s *survey) readGraph(build []module.Version) {
	seen := make(map[graphVisit]bool)
	var read func(v graphVisit)
	read = func(v graphVisit) {
		if seen[v] {
			return
		}
		seen[v] = true
		row, file := s.row(v.Version), s.goMod(v.Version)
		if file.Go != nil {
			row.goVersion = file.Go.Version
		}
		row.requires = nil
		for _, r := range file.Require {
			row.requires = append(row.requires, r.Mod)
			s.noteVersion(r.Mod)
			if v.whole || !row.prunesGraph() {
				read(graphVisit{r.Mod, true})
			}
		}
		module.Sort(row.requires)
	}
	for _, m := range build {
		s.noteVersion(m)
		read(graphVisit{m, false})
	}
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
		for _, v := range slices.Sorted(maps.Keys(s.versions[prefix])) {
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
