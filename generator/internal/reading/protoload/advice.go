package protoload

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// Advice on an import is tried before it is given: other import paths are loaded with, and named where they find the import
// and nothing else goes wrong. An edit is advised in the files alone that the user gave.

// adviseImports reports the imports that are found nowhere, and the files that have two names, each with a way out.
func (g *graph) adviseImports(ctx context.Context) {
	if g.complete() {
		return
	}
	better := g.better(ctx)
	for _, m := range g.missing {
		m.importer.fail(diag.Problem{Position: m.imp.at, Message: "unresolved import", Found: m.imp.name,
			Want: "a file below " + g.roots.flags(" or "), Fix: g.adviceOn(ctx, m, better)})
	}
	for _, t := range g.seconds {
		fix := fmt.Sprintf("import it as %q everywhere", t.first.name)
		if better != nil {
			fix = better.passing()
		}
		t.unit.fail(diag.Problem{Position: t.unit.asked, Message: fmt.Sprintf("%s is already loaded as %q", t.unit.source.Path, t.first.name),
			Found: t.unit.name, Fix: fix})
	}
}

// adviceOn is the way out for a missing import.
func (g *graph) adviceOn(ctx context.Context, m missing, better *graph) string {
	if better != nil && !better.lacks(m) {
		return better.passing()
	}
	if flags := g.oneMore(ctx, m); len(flags) > 0 {
		return g.command(strings.Join(flags, " or "))
	}
	if meant, ok := g.misspelt(m.imp.name); ok && m.importer.target {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	if exports := g.exports(m); exports != "" {
		return "run " + exports + ", which writes what the deps of buf.yaml have to where it is found"
	}
	return g.putting(m)
}

// lacks reports whether an import is missing in the graph too.
func (g *graph) lacks(m missing) bool {
	return slices.ContainsFunc(g.missing, func(still missing) bool {
		return still.importer.path == m.importer.path && still.imp.name == m.imp.name
	})
}

// mostAdvised bounds the folders that an import is advised to be found in.
const mostAdvised = 3

// oneMore are the flags of the import paths with one more, which finds one of the missing imports: a folder above the file
// that has it, or a few elsewhere.
func (g *graph) oneMore(ctx context.Context, m missing) []string {
	folder, ok := g.above(m)
	if !ok {
		folder, ok = g.byModule(m)
	}
	if ok {
		if found := g.adding(ctx, folder, m); found != nil {
			return []string{found.base.flags(" ")}
		}
	}
	var flags []string
	for _, folder := range g.holding(m) {
		found := g.adding(ctx, folder, m)
		// A file of a name without a folder may be anybody's, so that everything has to be right with it.
		if found != nil && (strings.Contains(m.imp.name, "/") || found.complete()) {
			flags = append(flags, found.base.flags(" "))
		}
		if len(flags) == mostAdvised {
			break
		}
	}
	return flags
}

// adding is the graph with one more import path, the last or the first, which finds one of the missing imports and with which
// nothing else goes wrong; nil where it does.
func (g *graph) adding(ctx context.Context, folder string, m missing) *graph {
	for _, folders := range [][]string{append(g.base.paths(), folder), append([]string{folder}, g.base.paths()...)} {
		candidate, problems := attempt(ctx, g.opts, g.base.of(folders))
		if !problems.HasErrors() && !candidate.lacks(m) && g.improvedBy(ctx, candidate) {
			return candidate
		}
	}
	return nil
}

// better is the graph with other import paths, which find more and with which nothing goes wrong that is right in g. It is nil
// where none are known.
func (g *graph) better(ctx context.Context) *graph {
	for _, candidate := range g.candidates(ctx) {
		if g.improvedBy(ctx, candidate) {
			return candidate
		}
	}
	return nil
}

// improvedBy links another graph of the same files, and reports whether nothing goes wrong in it that does not in g.
func (g *graph) improvedBy(ctx context.Context, other *graph) bool {
	if len(other.seconds) > 0 || len(other.missing) > len(g.missing) {
		return false
	}
	other.order()
	other.link(ctx)
	return !other.worse(g) && ctx.Err() == nil
}

// candidates are graphs of the same files with other import paths: the folders that the imports point to, and, where a file has two
// names, the import paths in another order or one less.
func (g *graph) candidates(ctx context.Context) []*graph {
	var graphs []*graph
	add := func(candidate *graph, problems diag.List) {
		if candidate != nil && !problems.HasErrors() {
			graphs = append(graphs, candidate)
		}
	}
	if len(g.missing) > 0 {
		add(infer(ctx, g.opts, g.base, false))
		if guess, problems := infer(ctx, g.opts, g.base, true); guess != nil && guess.complete() {
			add(guess, problems)
		}
	}
	if len(g.seconds) == 0 {
		return graphs
	}
	add(attempt(ctx, g.opts, g.base.of(innerFirst(g.base.paths()))))
	for i := range g.base.roots {
		less := g.base
		less.roots = slices.Delete(slices.Clone(g.base.roots), i, i+1)
		add(attempt(ctx, g.opts, less))
	}
	return graphs
}

// worse reports whether a file of g has an error that it does not have in other.
func (g *graph) worse(other *graph) bool {
	known := map[string]bool{}
	for _, u := range other.found {
		for _, p := range u.problems {
			known[p.String()] = true
		}
	}
	return slices.ContainsFunc(g.found, func(u *unit) bool {
		return slices.ContainsFunc(u.problems, func(p diag.Problem) bool { return p.Severity == diag.Error && !known[p.String()] })
	})
}

// passing is the advice to load with the import paths of the graph.
func (g *graph) passing() string { return g.command(g.base.flags(" ")) }

// command is the advice to run with flags.
func (g *graph) command(flags string) string {
	if g.opts.Command != "" {
		return fmt.Sprintf("run %s %s once: the tree keeps the import paths", g.opts.Command, flags)
	}
	return "pass " + flags
}

// misspelt is the file that differs from a name in a few letters of one part of it.
func (g *graph) misspelt(name string) (string, bool) {
	var similar []string
	for _, known := range g.importable() {
		if oneTypo(name, known) {
			similar = append(similar, known)
		}
	}
	return nearest.Of(name, similar)
}

// oneTypo reports whether two names differ in one element, and there in a few letters.
func oneTypo(name, known string) bool {
	a, b := strings.Split(strings.TrimSuffix(name, ".proto"), "/"), strings.Split(strings.TrimSuffix(known, ".proto"), "/")
	if len(a) != len(b) {
		return false
	}
	typos := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		typos++
		if _, near := nearest.Of(a[i], b[i:i+1]); !near {
			return false
		}
	}
	return typos == 1
}

// importable are the names of the protos below the import paths, and of the built-in ones.
func (g *graph) importable() []string {
	var names []string
	for _, root := range g.roots.roots {
		for _, file := range g.opts.known.protos(root.path) {
			if name, ok := g.roots.nameOf(file); ok {
				names = append(names, name)
			}
		}
	}
	for _, fd := range g.own.all() {
		names = append(names, fd.Path())
	}
	return names
}

// exports are the commands that write what the buf.yaml around the importing file depends on into the repository; empty where
// it depends on nothing, or the user has said where imports are.
func (g *graph) exports(m missing) string {
	if !g.base.implied {
		return ""
	}
	_, config := bufRootsAround(g.roots.view, m.importer.path)
	if filepath.Base(config) == bufWorkspace { // its modules have the deps
		module, ok := g.roots.view.Above(filepath.Dir(m.importer.path), bufConfig)
		if !ok {
			return ""
		}
		config = filepath.Join(module, bufConfig)
	}
	var written bufYAML
	if config == "" || !readYAML(g.roots.view, config, &written) {
		return ""
	}
	to := quoted(g.roots.show(filepath.Join(g.searched(m.importer.path), "third_party")))
	var commands []string
	for _, dep := range written.Deps {
		commands = append(commands, fmt.Sprintf("buf export %s -o %s", quoted(dep), to))
	}
	return strings.Join(commands, " && ")
}

// putting is the advice where nothing is known of the file.
func (g *graph) putting(m missing) string {
	i := slices.IndexFunc(g.base.roots, func(r importRoot) bool { return r.name == "" })
	if i < 0 {
		return g.oneFolderMore()
	}
	at := filepath.Join(g.base.roots[i].shown, filepath.FromSlash(m.imp.name))
	return fmt.Sprintf("put it at %s, or %s", quoted(at), g.oneFolderMore())
}

// oneFolderMore is the advice to load with one more import path, which the user knows.
func (g *graph) oneFolderMore() string {
	return g.command(strings.TrimSpace(g.base.flags(" ")+" -I DIR")) + ", where DIR is the folder that it is relative to"
}

// reaching is the advice that brings a file below the import paths: a likely one, otherwise the nearest folder at which its name is
// its own.
func (r importRoots) reaching(path string) string {
	var folders []string
	if r.likely != nil {
		folders = r.likely()
	}
	for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		folders = append(folders, dir)
	}
	for _, folder := range folders {
		more := r.with(folder)
		if name, ok := more.nameOf(path); ok && more.shadow(name, path) == nil {
			return "pass " + more.flags(" ")
		}
	}
	return ""
}
