package gomod

import (
	"fmt"
	"go/version"
	"maps"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// goFloor is the lowest go directive of a tree, whose tests use testing/synctest. The modules in the tree's graph raise it to
// the highest of their own go directives, since `go mod tidy` accepts no less: to 1.26.0 with gRPC, and to 1.26.7 with Consul,
// whose client asks for a patch release. So a tree requires a newer Go only where its policy brings in a module that does.
// msgen's own module requires all of these modules, so its go directive is the highest that any tree can have.
const goFloor = "1.25.0"

// resolution is all that a module's imports decide, found by the rules of `go mod tidy`
// (https://go.dev/ref/mod#go-mod-tidy, https://go.dev/ref/mod#graph-pruning).
type resolution struct {
	table     *table
	required  map[string]string       // versions by path: the modules that provide a package which the tree needs to build
	direct    map[string]bool         // those of required that provide one of the imports themselves
	foreign   []string                // the imports that no pinned module provides, sorted
	goVersion string                  // the tree's go directive, see goFloor
	selected  map[string]string       // versions by path: the module graph of required, minimal version selection applied
	zipSums   map[module.Version]bool // whose content go.sum covers
	modSums   map[module.Version]bool // whose go.mod go.sum covers
}

func newResolution(t *table) *resolution {
	return &resolution{
		table:     t,
		required:  make(map[string]string),
		direct:    make(map[string]bool),
		goVersion: goFloor,
		zipSums:   make(map[module.Version]bool),
		modSums:   make(map[module.Version]bool),
	}
}

// resolve fails only when the table is not closed: when it lacks something that its own packages or modules name.
func resolve(t *table, imports []string) (*resolution, error) {
	r := newResolution(t)
	tests := r.require(imports)
	if err := r.selectVersions(); err != nil {
		return nil, err
	}
	if err := r.loadTests(tests); err != nil {
		return nil, err
	}
	return r, nil
}

// require finds the required modules, following the imports from package to package. It returns what the tests of
// all these packages import.
func (r *resolution) require(imports []string) (tests []string) {
	seen := make(map[string]bool)
	var visit func(importPath string) *tableModule
	visit = func(importPath string) *tableModule {
		mod, pkg := r.table.provider(importPath, r.table.pinned)
		if pkg == nil || pkg.testOnly {
			return nil
		}
		if !seen[importPath] {
			seen[importPath] = true
			r.required[mod.Path] = mod.Version.Version
			tests = append(tests, pkg.tests...)
			for _, p := range pkg.imports {
				visit(p)
			}
		}
		return mod
	}
	for _, p := range imports {
		if mod := visit(p); mod != nil {
			r.direct[mod.Path] = true
		} else {
			r.foreign = append(r.foreign, p)
		}
	}
	slices.Sort(r.foreign)
	r.foreign = slices.Compact(r.foreign)
	return tests
}

// requiredModules lists the required modules by path.
func (r *resolution) requiredModules() []module.Version {
	var modules []module.Version
	for _, path := range slices.Sorted(maps.Keys(r.required)) {
		modules = append(modules, module.Version{Path: path, Version: r.required[path]})
	}
	return modules
}

// graphVisit is the reading of one go.mod. In a whole visit all that it requires is read too, and so on.
type graphVisit struct {
	module.Version
	whole bool
}

// selectVersions reads the module graph: the go.mod of every required module and, where one of them dates from before
// graph pruning, of all that it requires in turn. Each go.mod that is read has its line in go.sum, and the tree's go
// directive is at least that of each.
func (r *resolution) selectVersions() error {
	r.selected = maps.Clone(r.required)
	seen := make(map[graphVisit]bool)
	var read func(v graphVisit) error
	read = func(v graphVisit) error {
		if seen[v] {
			return nil
		}
		seen[v] = true
		mod, err := r.table.module(v.Version)
		if err != nil {
			return err
		}
		r.modSums[mod.Version] = true
		r.raiseGo(mod.goVersion)
		for _, req := range mod.requires {
			r.raise(req)
			if v.whole || !mod.prunesGraph() {
				if err := read(graphVisit{req, true}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, m := range r.requiredModules() {
		if err := read(graphVisit{m, false}); err != nil {
			return err
		}
	}
	return nil
}

func (r *resolution) raise(m module.Version) {
	if semver.Compare(m.Version, r.selected[m.Path]) > 0 {
		r.selected[m.Path] = m.Version
	}
}

// raiseGo applies the go directive of a module in the graph. Before Go 1.21 a directive asked for nothing.
func (r *resolution) raiseGo(directive string) {
	if version.Compare("go"+directive, "go1.21") >= 0 && version.Compare("go"+directive, "go"+r.goVersion) > 0 {
		r.goVersion = directive
	}
}

// prunesGraph reports whether a module's go.mod lists all that its packages need, indirect requirements too.
func (m *tableModule) prunesGraph() bool { return version.Compare("go"+m.goVersion, "go1.17") >= 0 }

// loadTests follows what the tests of needed packages import. Their modules are not required; go.sum still covers
// them, so that `go test all` works.
func (r *resolution) loadTests(queue []string) error {
	for _, m := range r.requiredModules() {
		r.zipSums[m] = true
	}
	seen := make(map[string]bool)
	for len(queue) > 0 {
		importPath := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if seen[importPath] {
			continue
		}
		seen[importPath] = true
		mod, pkg := r.table.provider(importPath, r.selected)
		if pkg == nil {
			return fmt.Errorf("the table of pinned modules has no package %s", importPath)
		}
		r.coverTest(importPath, mod)
		queue = append(queue, pkg.imports...)
	}
	return nil
}

// coverTest adds the checksums for a package that tests import. A required module is looked at before all others;
// any other package could lie in each module whose path is above its own, so all of these are needed to tell.
func (r *resolution) coverTest(importPath string, mod *tableModule) {
	r.modSums[mod.Version] = true
	if _, ok := r.required[mod.Path]; ok {
		return
	}
	for prefix := range prefixes(importPath) {
		if v, ok := r.selected[prefix]; ok {
			r.zipSums[module.Version{Path: prefix, Version: v}] = true
		}
	}
}
