package protoload

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/parallel"
)

// graph is the given files and everything that they import.
type graph struct {
	roots   importRoots
	targets []*unit
	callees []*unit
	units   map[string]*unit // by name
	found   []*unit          // in the order in which they were found
	ordered []*unit          // what is imported before what imports it, once order has run

	importable []string // filled by nearestImport
}

// discover parses the targets, the callees and all that they import, one generation of imports after the other, the files
// of one generation in parallel. It stops early when ctx ends.
func discover(ctx context.Context, roots importRoots, targets []target, callees []calleeTarget) *graph {
	g := &graph{roots: roots, units: map[string]*unit{}}
	for _, t := range targets {
		u := g.add(&unit{name: t.name, path: t.path, source: Source{Path: t.shown}, asked: diag.Position{File: t.shown}, target: true})
		g.targets = append(g.targets, u)
	}
	for _, c := range callees {
		u, known := g.units[c.name]
		if !known {
			u = g.add(&unit{name: c.name, path: c.path, source: Source{Path: c.shown}, asked: c.at})
		}
		g.callees = append(g.callees, u)
	}
	for generation := slices.Clone(g.found); len(generation) > 0 && ctx.Err() == nil; {
		each(generation, (*unit).parse)
		parsed := len(g.found)
		for _, u := range generation {
			g.resolveImports(u)
		}
		generation = g.found[parsed:]
	}
	g.refuseSecondNames()
	return g
}

func (g *graph) add(u *unit) *unit {
	u.view = g.roots.view
	g.units[u.name] = u
	g.found = append(g.found, u)
	return u
}

// each takes the step with all units in parallel; steps keep their errors in the unit.
func each(units []*unit, step func(*unit)) {
	var group parallel.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, u := range units {
		group.Go(func() error {
			defer u.guard()
			step(u)
			return nil
		})
	}
	_ = group.Wait()
}

// resolveImports finds the unit of each import of u.
func (g *graph) resolveImports(u *unit) {
	for i := range u.imports {
		imp := &u.imports[i]
		if !validName(imp.name) {
			u.fail(diag.Problem{Position: imp.at, Message: "malformed import", Found: imp.name,
				Want: "a path relative to an import path, with forward slashes and without . and ..", Fix: cleanImport(imp.name)})
			continue
		}
		if imp.unit = g.resolve(imp.name, imp.at); imp.unit == nil {
			u.fail(diag.Problem{Position: imp.at, Message: "unresolved import", Found: imp.name,
				Want: "a file below " + g.roots.flags(), Fix: g.nearestImport(imp.name)})
		}
	}
}

// cleanImport is the advice to write an import in the form that it must have; empty if it has none.
func cleanImport(name string) string {
	clean := path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if !validName(clean) || clean == "." {
		return ""
	}
	return fmt.Sprintf("write %q", clean)
}

// resolve returns the unit of that name, which asked is the first to want. The user's own copy of a file wins over
// msgen's. Nil means that there is none.
func (g *graph) resolve(name string, asked diag.Position) *unit {
	if u, ok := g.units[name]; ok {
		return u
	}
	if file, ok := g.roots.find(name); ok {
		return g.add(&unit{name: name, path: file, source: Source{Path: g.roots.show(file)}, asked: asked})
	}
	if fd, ok := findBuiltin(name); ok {
		return g.add(&unit{name: name, builtin: fd, source: Source{Path: name}, asked: asked})
	}
	return nil
}

// refuseSecondNames raises a problem for each file that is imported under two names, which would define everything in
// it twice.
func (g *graph) refuseSecondNames() {
	first := map[string]*unit{} // by real path
	for _, u := range g.found {
		if u.path == "" {
			continue
		}
		realPath, err := g.roots.view.RealPath(u.path)
		if err != nil {
			continue // reading it has failed too
		}
		other, twice := first[realPath]
		if !twice {
			first[realPath] = u
			continue
		}
		u.parsed = nil // so that it does not clash with itself
		u.fail(diag.Problem{
			Position: u.asked,
			Message:  fmt.Sprintf("%s is already loaded as %q", u.source.Path, other.name),
			Found:    u.name,
			Fix:      fmt.Sprintf("import it as %q everywhere, or drop one of the import paths", other.name),
		})
	}
}

// order sorts the units, imports before importers, and refuses cycles.
func (g *graph) order() {
	state := map[*unit]visit{}
	for _, u := range g.found {
		if state[u] == unvisited {
			g.visit(u, state, nil)
		}
	}
}

type visit int

const (
	unvisited visit = iota
	entered
	left
)

// visit adds u after all that it imports. The trail is the importers that led to it.
func (g *graph) visit(u *unit, state map[*unit]visit, trail []string) {
	state[u] = entered
	trail = append(trail, u.name)
	for _, imp := range u.imports {
		switch {
		case imp.unit == nil:
		case state[imp.unit] == unvisited:
			g.visit(imp.unit, state, trail)
		case state[imp.unit] == entered:
			cycle := append(slices.Clone(trail[slices.Index(trail, imp.name):]), imp.name)
			u.fail(diag.Problem{Position: imp.at, Message: "import cycle", Found: strings.Join(cycle, " -> "),
				Fix: "move what both need into a file of its own"})
		}
	}
	state[u] = left
	g.ordered = append(g.ordered, u)
}
