package generator

import (
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/making/treefiles"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// sharedTree is a tree of a system that holds, once, what the trees of the services would otherwise hold each for itself: they are of
// one Go module, and import it. It is a tree like others, with a memory and a lock, and the system file makes it.
type sharedTree struct {
	role  state.Role
	in    *inputs.Loaded // its folder, its memory and its module
	made  *build.Result
	roots []string          // of stubs: the import paths of all services, which the next run begins with
	sums  map[string]string // of stubs: of the protos
}

// at is a shared tree as a tree of a service remembers it.
func (t *sharedTree) at(in *inputs.Settled) *state.Shared {
	at := &state.Shared{Dir: in.Relative(t.in.Out), System: in.Relative(t.in.System)}
	if t.role == state.RuntimeRole {
		at.Path = t.made.Tree.Root
	}
	return at
}

// shared are the trees that the services share.
func (s *services) shared() []*sharedTree {
	return slices.DeleteFunc([]*sharedTree{s.stubs, s.runtime}, func(t *sharedTree) bool { return t == nil })
}

// planShared is the plan of a shared tree. A runtime has what any of the services needs.
func (s *services) planShared(t *sharedTree) (*Tree, error) {
	if t.role == state.StubsRole {
		printed, err := treefiles.Shared(t.made)
		if err != nil {
			return nil, err
		}
		return t.plan(s.opts, printed)
	}
	var of []*model.Tree
	for _, m := range s.all() {
		of = append(of, m.made.Tree)
	}
	printed, err := treefiles.Runtime(of)
	if err != nil {
		return nil, err
	}
	return t.plan(s.opts, printed)
}

// plan is the plan of a shared tree with these files.
func (t *sharedTree) plan(opts Options, printed *treefiles.Output) (*Tree, error) {
	in := t.in
	made, err := treefiles.WithGoMod(treefiles.Input{
		Made: t.made, GoMod: in.Tree.Look("go.mod").Content, ModuleGoMod: in.Module.Source, GoModules: in.GoModules(in.Module, true),
		UserImports: treefiles.UserImports(in.Tree, in.Memory, printed.Files),
	}, printed)
	if err != nil {
		return nil, err
	}
	recorded := state.Inputs{Role: t.role, Root: t.made.Tree.Root, Sums: t.sums}
	system := ""
	if in.System != "" {
		recorded.System, system = in.Relative(in.System), filepath.Dir(in.System)
	}
	for _, dir := range t.roots {
		recorded.ImportPaths = append(recorded.ImportPaths, in.Relative(dir))
	}
	planned, err := plan.Make(in.Memory, in.Tree.Look, made.Files, plan.Options{
		Version: opts.Version, Inputs: recorded, Stubs: t.made.StubFolders, Packages: t.made.Packages,
		OverwriteGenerated: opts.OverwriteGenerated, Markers: opts.Markers, Restore: plan.Restored(opts.Restore),
	})
	if err != nil {
		return nil, err
	}
	unrestored := planned.Unrestored(opts.Restore, in.Out)
	if err := unrestored.Err(); err != nil {
		return nil, err
	}
	return &Tree{
		Dir: in.Out, Notes: slices.Concat(t.made.Notes, made.Notes), Next: next(made.Next, made, planned),
		plan: planned, view: in.View, seen: in.Tree, system: system, shared: true,
	}, nil
}

// ended is the plan of a shared tree that its system does not have any longer.
func ended(in *inputs.Settled, opts Options) (*Tree, error) {
	planned, err := plan.Make(in.Memory, in.Tree.Look, nil, plan.Options{Version: opts.Version, Ends: true})
	if err != nil {
		return nil, err
	}
	return &Tree{Dir: in.Out, plan: planned, view: in.View, seen: in.Tree, system: filepath.Dir(in.System)}, nil
}

// sharedProblem is a problem with a shared tree where the system file names its folder.
func (s *services) sharedProblem(role state.Role, p diag.Problem) {
	p.Position = s.written.At(string(role) + ".dir")
	s.problems.Add(p)
}
