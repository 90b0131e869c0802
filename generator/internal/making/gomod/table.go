package gomod

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"golang.org/x/mod/module"
)

//go:embed table.txt
var embeddedTable string

// table is the closed world of table.txt:
//
//	pinned google.golang.org/grpc v1.85.0       a module that a tree may require, at its one version
//		zip h1:...                              its checksums, as in go.sum
//		mod h1:...
//		go 1.26.0                               its own go.mod, without requirements that can never matter
//		require golang.org/x/net v0.60.0
//		package codes                           a package, relative to the module ("." is the module's own)
//		import golang.org/x/sys/unix            what it imports from other modules, through any package of its own
//		test github.com/google/go-cmp/cmp       and what the tests of all these packages import besides
//	module github.com/stretchr/testify v1.8.4   a module that only tests of pinned modules reach, or that is only asked
//		...                                     what it requires; a module has a block for each version that counts
//		testdep suite                           a package that only tests reach: its own tests do not count
//
// An import or test that another one of the list brings along is left out. Blocks are parsed when they are needed.
type table struct {
	pinned map[string]string // versions by module path
	bodies map[module.Version]string
	parsed map[module.Version]*tableModule
}

type tableModule struct {
	module.Version
	zip, mod  string // checksums
	goVersion string // of its go directive; empty if there is none, or if its go.mod is never read for requirements
	requires  []module.Version
	packages  map[string]*tablePackage // by import path
}

type tablePackage struct {
	imports, tests []string
	testOnly       bool
}

func readTable(text string) *table {
	t := &table{
		pinned: make(map[string]string),
		bodies: make(map[module.Version]string),
		parsed: make(map[module.Version]*tableModule),
	}
	for text != "" {
		var block string
		block, text = cutBlock(text)
		head, body, _ := strings.Cut(block, "\n")
		kind, rest, _ := strings.Cut(head, " ")
		m := parseVersion(rest)
		switch kind {
		case "pinned":
			t.pinned[m.Path] = m.Version
			t.bodies[m] = body
		case "module":
			t.bodies[m] = body
		}
	}
	return t
}

// cutBlock splits off the first line and the indented lines below it.
func cutBlock(text string) (block, rest string) {
	for i := 0; ; {
		end := strings.IndexByte(text[i:], '\n')
		if end < 0 {
			return text, ""
		}
		i += end + 1
		if i == len(text) || text[i] != '\t' {
			return text[:i], text[i:]
		}
	}
}

func parseVersion(s string) module.Version {
	path, version, _ := strings.Cut(s, " ")
	return module.Version{Path: path, Version: version}
}

// module returns the block of m.
func (t *table) module(m module.Version) (*tableModule, error) {
	if row, ok := t.parsed[m]; ok {
		return row, nil
	}
	body, ok := t.bodies[m]
	if !ok {
		return nil, fmt.Errorf("the table of pinned modules has no %s", m)
	}
	row := parseModule(m, body)
	t.parsed[m] = row
	return row, nil
}

func parseModule(m module.Version, body string) *tableModule {
	row := &tableModule{Version: m, packages: make(map[string]*tablePackage)}
	var pkg *tablePackage // the lines "import" and "test" are about this one
	for line := range strings.Lines(body) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "zip":
			row.zip = value
		case "mod":
			row.mod = value
		case "go":
			row.goVersion = value
		case "require":
			row.requires = append(row.requires, parseVersion(value))
		case "package", "testdep":
			pkg = &tablePackage{testOnly: key == "testdep"}
			row.packages[path.Join(m.Path, value)] = pkg
		case "import":
			pkg.imports = append(pkg.imports, value)
		case "test":
			pkg.tests = append(pkg.tests, value)
		}
	}
	return row
}

// provider returns the package at importPath and the module that provides it, looking only at the given versions of
// modules. Both are nil when none does.
func (t *table) provider(importPath string, versions map[string]string) (*tableModule, *tablePackage) {
	for prefix := range prefixes(importPath) {
		version, ok := versions[prefix]
		if !ok {
			continue
		}
		row, err := t.module(module.Version{Path: prefix, Version: version})
		if err != nil {
			continue // a module that is in the graph and provides nothing
		}
		if pkg, ok := row.packages[importPath]; ok {
			return row, pkg
		}
	}
	return nil, nil
}
