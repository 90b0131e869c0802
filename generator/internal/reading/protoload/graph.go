package protoload

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/parallel"
)

// graph is the given files and everything that they import.
type graph struct {
	roots        importRoots
	opts         Options
	base         importRoots // before the dependencies brought theirs
	inferred     bool        // from the imports
	targets      []*unit
	dependencies []*unit
	units        map[string]*unit // by name
	own          *builtins
	found        []*unit // in the order in which they were found
	ordered      []*unit // what is imported before what imports it, once order has run

	missing []missing // imports that are found nowhere
	seconds []second  // files that were found under two names
}

// second is a file that has been found under another name before.
type second struct{ unit, first *unit }

// missing is an import that is found nowhere.
type missing struct {
	importer *unit
	imp      importStatement
}

// complete reports whether every import is found, and no file under two names.
func (g *graph) complete() bool { return len(g.missing) == 0 && len(g.seconds) == 0 }

// discover parses the targets, the dependencies and all that they import, one generation of imports after the other, the files
// of one generation in parallel. It stops early when ctx ends.
func discover(ctx context.Context, roots importRoots, targets []target, dependencies []dependencyTarget) *graph {
	g := &graph{roots: roots, units: map[string]*unit{}, own: newBuiltins()}
	for _, t := range targets {
		u := g.add(&unit{name: t.name, path: t.path, source: Source{Path: t.shown}, asked: diag.Position{File: t.shown}, target: true})
		g.targets = append(g.targets, u)
	}
	for _, c := range dependencies {
		u, known := g.units[c.name]
		if !known && c.name != "" {
			u = g.add(&unit{name: c.name, path: c.path, source: Source{Path: c.shown}, asked: c.at, ownRoot: c.ownRoot})
		}
		g.dependencies = append(g.dependencies, u)
	}
	for generation := slices.Clone(g.found); len(generation) > 0 && ctx.Err() == nil; {
		each(generation, (*unit).parse)
		parsed := len(g.found)
		for _, u := range generation {
			g.resolveImports(u)
		}
		generation = g.found[parsed:]
	}
	g.findSecondNames()
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
		if imp.unit = g.resolve(u, *imp); imp.unit == nil {
			g.missing = append(g.missing, missing{u, *imp})
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

// resolve returns the unit that an import of u means. The user's own copy of a file wins over msgen's. Nil means that there
// is none.
func (g *graph) resolve(u *unit, imp importStatement) *unit {
	found, known := g.units[imp.name]
	file, onDisk := g.roots.find(imp.name)
	switch {
	case known:
	case onDisk:
		found = g.add(&unit{name: imp.name, path: file, source: Source{Path: g.roots.show(file)}, asked: imp.at, ownRoot: u.ownRoot})
	default:
		fd, builtin := g.own.find(imp.name)
		if !builtin {
			return nil
		}
		found = g.add(&unit{name: imp.name, builtin: fd, source: Source{Path: imp.name}, asked: imp.at})
	}
	g.refuseAnother(u, imp, found)
	return found
}

// refuseAnother raises a problem where a dependency's own import path has a file of the imported name and of another package than
// the one that is found: a program links one file of a name. Two files of one package are versions of one file.
func (g *graph) refuseAnother(u *unit, imp importStatement, found *unit) {
	if u.ownRoot == "" {
		return
	}
	meant, ok := g.roots.rootAt(u.ownRoot).file(imp.name)
	if !ok || found.path == meant || !g.isFile(meant) || g.packageOf(found.path) == g.packageOf(meant) {
		return
	}
	u.fail(diag.Problem{
		Position: imp.at,
		Message:  fmt.Sprintf("two files of one name: %s is loaded as well, and a program can link only one of them", found.source.Path),
		Found:    g.roots.show(meant),
		Want:     "a name of its own for each, or the same file for both",
	})
}

// packageOf is the package that a file declares, which need not be sound.
func (g *graph) packageOf(path string) string {
	text, err := g.roots.view.ReadFile(path)
	if err != nil {
		return ""
	}
	if declared := regexp.MustCompile(`(?m)^\s*package\s+([\w.]+)\s*;`).FindSubmatch(text); declared != nil {
		return string(declared[1])
	}
	return ""
}

// findSecondNames finds the files that are imported under two names, which would define everything in them twice.
func (g *graph) findSecondNames() {
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
		g.seconds = append(g.seconds, second{u, other})
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
