package gomod

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

const tableHeader = `# Code generated from go.mod by "go test ./generator/internal/making/gomod -run TestTableIsCurrent -update". DO NOT EDIT.
# table.go says what the lines mean.
`

// encode writes the table as [readTable] reads it.
func (t *table) encode() string {
	var b strings.Builder
	b.WriteString(tableHeader)
	modules := slices.Collect(maps.Keys(t.parsed))
	module.Sort(modules)
	for _, m := range modules {
		kind := "module"
		if t.pinned[m.Path] == m.Version {
			kind = "pinned"
		}
		fmt.Fprintf(&b, "%s %s %s\n", kind, m.Path, m.Version)
		t.parsed[m].encode(&b)
	}
	return b.String()
}

func (m *tableModule) encode(b *strings.Builder) {
	fmt.Fprintf(b, "\tzip %s\n\tmod %s\n", m.zip, m.mod)
	if m.goVersion != "" {
		fmt.Fprintf(b, "\tgo %s\n", m.goVersion)
	}
	for _, r := range m.requires {
		fmt.Fprintf(b, "\trequire %s %s\n", r.Path, r.Version)
	}
	for _, importPath := range slices.Sorted(maps.Keys(m.packages)) {
		m.packages[importPath].encode(b, m.relative(importPath))
	}
}

func (m *tableModule) relative(importPath string) string {
	if importPath == m.Path {
		return "."
	}
	return strings.TrimPrefix(importPath, m.Path+"/")
}

func (p *tablePackage) encode(b *strings.Builder, name string) {
	kind := "package"
	if p.testOnly {
		kind = "testdep"
	}
	fmt.Fprintf(b, "\t%s %s\n", kind, name)
	for _, importPath := range p.imports {
		fmt.Fprintf(b, "\timport %s\n", importPath)
	}
	for _, importPath := range p.tests {
		fmt.Fprintf(b, "\ttest %s\n", importPath)
	}
}
