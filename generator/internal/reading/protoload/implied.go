package protoload

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/msgen/msgen/generator/diag"
)

// A run whose user gives no import path takes what the repository's buf.yaml or buf.work.yaml says, or the root of the
// repository, whichever first finds all that the protos import. Otherwise the imports themselves point to the folders that
// they are relative to. Where one of them is nowhere, the others are found as they would be without it, so that its problem is the
// only one.

// found is the graph of the files of opts, as far as import paths find them. It is nil where an import path is none.
func (opts Options) found(ctx context.Context) (*graph, diag.List) {
	if len(opts.ImportPaths) > 0 {
		var problems diag.List
		roots := givenRoots(opts, &problems)
		if problems.HasErrors() {
			return nil, problems // without the right import paths every later problem would be a guess
		}
		roots.likely = sync.OnceValue(func() []string { return opts.likely(ctx) }) // every file outside of the import paths asks
		return attempt(ctx, opts, roots)
	}
	var first *graph
	var reported diag.List
	implied := impliedRoots(opts)
	for _, roots := range implied {
		g, problems := attempt(ctx, opts, roots)
		if g.complete() && !problems.HasErrors() && len(g.shadowed()) == 0 || ctx.Err() != nil {
			return g, problems
		}
		if first == nil {
			first, reported = g, problems
		}
	}
	for _, bare := range []bool{false, true} {
		for _, roots := range implied {
			g, problems := infer(ctx, opts, roots, bare)
			switch {
			case g == nil:
			case g.complete() && (!bare || g.links(ctx)):
				g.inferred = true
				return g, problems
			case !bare && g.finds(first):
				first, reported = g, problems
			}
		}
	}
	return first, reported
}

// likely are the import paths that the files would have if the user gave none, where they find an import or a file of buf's says so.
func (opts Options) likely(ctx context.Context) []string {
	opts.ImportPaths, opts.Dependencies = nil, nil
	g, _ := opts.found(ctx)
	onDisk := func(imp importStatement) bool { return imp.unit != nil && imp.unit.path != "" }
	if g.base.says != "" || slices.ContainsFunc(g.found, func(u *unit) bool { return slices.ContainsFunc(u.imports, onDisk) }) {
		return g.base.paths()
	}
	return nil
}

// links reports whether all is right in files that are found as in the graph, and what each import of a name without a folder
// declares is used: such a name proves nothing.
func (g *graph) links(ctx context.Context) bool {
	again, problems := attempt(ctx, g.opts, g.base)
	again.order()
	again.link(ctx)
	return !problems.HasErrors() && !slices.ContainsFunc(again.found, func(u *unit) bool { return u.failed() || u.wastes() })
}

// wastes reports whether the file does not use an import of a name without a folder.
func (u *unit) wastes() bool {
	return slices.ContainsFunc(u.imports, func(imp importStatement) bool {
		return !strings.Contains(imp.name, "/") && slices.ContainsFunc(u.problems, func(p diag.Problem) bool { return p.Line == imp.at.Line })
	})
}

// finds reports whether an import is found that is missing in another graph of the same files, and none is missing that the other
// one finds. Imports of the files that are found in addition may be missing.
func (g *graph) finds(other *graph) bool {
	lost := slices.ContainsFunc(g.missing, func(m missing) bool {
		return !other.lacks(m) && slices.ContainsFunc(other.found, func(u *unit) bool { return u.path == m.importer.path })
	})
	return !lost && slices.ContainsFunc(other.missing, func(m missing) bool { return !g.lacks(m) })
}

// attempt finds the files of opts and all that they import.
func attempt(ctx context.Context, opts Options, roots importRoots) (*graph, diag.List) {
	var problems diag.List
	targets := roots.nameTargets(opts.Files, &problems)
	all, dependencies := roots.nameDependencies(opts.Dependencies, &problems)
	g := discover(ctx, all, targets, dependencies)
	g.opts, g.base = opts, roots
	return g, problems
}

// impliedRoots are the import paths where the user of opts gives none, the likeliest first.
func impliedRoots(opts Options) []importRoots {
	none := importRoots{view: opts.View, implied: true, replaced: opts.Replaced}
	if len(opts.Files) == 0 {
		return []importRoots{none} // the dependencies bring their own
	}
	usual := none.of([]string{none.around(opts.Files)})
	folders, config := bufRootsAround(opts.View, none.abs(opts.Files[0]))
	if config == "" || slices.Equal(folders, usual.paths()) {
		return []importRoots{usual}
	}
	written := none.of(folders)
	written.says = none.show(config)
	return []importRoots{written, usual}
}

// around is the root of the repository of the first file, or the folder of that file where it has none; where another one
// stands outside of it, the folder of all.
func (r importRoots) around(files []string) string {
	folder := r.defaultRoot(filepath.Dir(r.abs(files[0])))
	common := folder
	for _, file := range files {
		for !holds(common, r.abs(file)) {
			common = filepath.Dir(common)
		}
	}
	if common == filepath.Dir(common) {
		return folder // the whole disk would be searched
	}
	return common
}

// defaultRoot is the nearest of folder and its parents that holds a .git (a folder, or a file in a worktree), else
// folder itself.
func (r importRoots) defaultRoot(folder string) string {
	if repository, ok := r.view.Above(folder, ".git"); ok {
		return repository
	}
	return folder
}

// infer adds to the roots the folders that the imports of the files point to, until nothing is missing or nothing else is
// known. Folders above the importing file come first, as its names are relative to one of them; then the roots, unless a file
// says what they are; then folders elsewhere in the repository. An import of a name without a folder points nowhere else, unless
// bare says that it does. The graph is nil where files would get two names, or one name two files.
func infer(ctx context.Context, opts Options, base importRoots, bare bool) (*graph, diag.List) {
	var above, elsewhere []string
	for {
		folders := slices.Concat(above, base.paths(), elsewhere)
		if base.says != "" {
			folders = slices.Concat(base.paths(), above, elsewhere)
		}
		g, problems := attempt(ctx, opts, base.of(folders))
		if problems.HasErrors() || len(g.seconds) > 0 || ctx.Err() != nil {
			return nil, problems
		}
		nearer, further := g.pointedTo(bare)
		switch {
		case len(nearer) > 0:
			above = append(above, nearer...)
		case len(further) > 0:
			elsewhere = append(elsewhere, further...)
		default:
			g.dropUnused(base)
			return g, problems
		}
	}
}

// shadowed are import paths that the run does not use. With one of them an import finds a target; without it, the import finds another
// file of the same name.
func (g *graph) shadowed() []string {
	named := map[string][]*unit{}
	for _, t := range g.targets {
		named[filepath.Base(t.path)] = append(named[filepath.Base(t.path)], t)
	}
	var folders []string
	for _, u := range g.found {
		for _, imp := range u.imports {
			for _, t := range named[path.Base(imp.name)] {
				folder, ok := strings.CutSuffix(t.path, filepath.FromSlash("/"+imp.name))
				if ok && t != imp.unit && holds(folder, u.path) && !slices.Contains(g.base.paths(), folder) {
					folders = append(folders, folder)
				}
			}
		}
	}
	return folders
}

// pointedTo are the import paths that would find imports which are missing or shadowed: folders above the files that have them, and
// where no such folder does, elsewhere in the repository.
func (g *graph) pointedTo(bare bool) (above, elsewhere []string) {
	above = g.shadowed()
	for _, m := range g.missing {
		folder, ok := g.above(m)
		if !ok {
			folder, ok = g.byModule(m)
		}
		if ok {
			above = append(above, folder)
		}
	}
	if len(above) > 0 {
		return above, nil
	}
	for _, m := range g.missing {
		if !bare && !strings.Contains(m.imp.name, "/") {
			continue // any folder may have a types.proto
		}
		if folder, ok := g.elsewhere(m); ok {
			elsewhere = append(elsewhere, folder)
		}
	}
	return nil, elsewhere
}

// above is the nearest folder above the importing file that has what it imports.
func (g *graph) above(m missing) (string, bool) {
	top := g.searched(m.importer.path)
	for dir := filepath.Dir(m.importer.path); ; dir = filepath.Dir(dir) {
		if g.isFile(filepath.Join(dir, filepath.FromSlash(m.imp.name))) {
			return dir, true
		}
		if dir == top || dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

func (g *graph) isFile(path string) bool {
	info, err := g.roots.view.Stat(path)
	return err == nil && !info.IsDir()
}

// searched is the folder around a file in which protos are looked for: its repository; without one, the working directory if
// the file is below it; otherwise its own folder.
func (g *graph) searched(file string) string {
	view := g.roots.view
	if repository, ok := view.Above(filepath.Dir(file), ".git"); ok {
		return repository
	}
	if holds(view.Dir(), file) {
		return view.Dir()
	}
	return filepath.Dir(file)
}

// dropUnused takes the roots of base out that name none of the files, unless a file says that they are roots.
func (g *graph) dropUnused(base importRoots) {
	if base.says != "" {
		return
	}
	used := func(root importRoot) bool {
		return slices.ContainsFunc(g.found, func(u *unit) bool {
			name, ok := root.nameOf(u.path)
			return ok && name == u.name
		})
	}
	unused := func(root importRoot) bool { return slices.Contains(base.roots, root) && !used(root) }
	g.roots.roots = slices.DeleteFunc(slices.Clone(g.roots.roots), unused)
	g.base.roots = slices.DeleteFunc(slices.Clone(g.base.roots), unused)
}
