package generator

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/making/render"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// shareRuntime settles the tree with the runtime of all services, where the system file has one. Which packages it holds follows from
// the models of the services.
func (s *services) shareRuntime(ctx context.Context) error {
	if s.written.Runtime == nil || !s.written.Sound("runtime") {
		return nil
	}
	tree, err := s.openShared(ctx, state.RuntimeRole)
	if tree == nil || err != nil {
		return err
	}
	if _, ok := s.sharing(tree); !ok {
		return nil
	}
	made, problems := build.SharedRuntime("", tree.in.Module, "")
	s.problems.Merge(problems)
	if problems.HasErrors() {
		return nil
	}
	tree.made, s.runtime = made, tree
	return nil
}

// movedRuntime are the packages of the runtime by the import paths that they had in the last run, where the tree had its own then and
// imports another one now, or the other way round. A folder of such a name in which msgen wrote nothing is the user's, and stays.
func (m *modelled) movedRuntime() (map[string]model.Import, error) {
	moved := map[string]model.Import{}
	known := m.in.Memory.Inputs
	if known.Root == "" || known.Runtime == nil && m.made.Tree.OwnRuntime() {
		return moved, nil
	}
	was, below, files := known.Root+"/internal", "internal", m.in.Memory.Files
	if known.Runtime != nil {
		shared, err := m.formerRuntime(known.Runtime)
		if err != nil {
			return nil, err
		}
		was, below, files = known.Runtime.Path, ".", shared
	}
	for _, dir := range render.RuntimePackages() {
		now := path.Join(m.made.Tree.Runtime(), dir)
		if path.Join(was, dir) != now && (files == nil || wroteInto(files, path.Join(below, dir))) {
			moved[path.Join(was, dir)] = model.Import{Path: now}
		}
	}
	return moved, nil
}

// formerRuntime are the files of a runtime that the tree imported from; nil where that runtime is whole, or not there any longer.
func (m *modelled) formerRuntime(known *state.Shared) (map[string]state.Entry, error) {
	if known.Dir == "" {
		return nil, nil
	}
	tree, err := m.in.View.Tree(m.in.FromTree(known.Dir))
	if err != nil {
		return nil, err
	}
	memory, err := state.Read(tree)
	if err != nil || len(memory.Files) == 0 {
		return nil, err
	}
	return memory.Files, nil
}

// wroteInto reports whether a generated file is in the folder.
func wroteInto(files map[string]state.Entry, dir string) bool {
	for name, entry := range files {
		if entry.Owner == state.Generated && path.Dir(name) == dir {
			return true
		}
	}
	return false
}

// offerRuntime adds a note where the run writes the runtime into several trees that could share one.
func (s *services) offerRuntime(trees []*Tree) {
	writing := slices.DeleteFunc(slices.Clone(trees), func(tree *Tree) bool { return !writesRuntime(tree) })
	if s.written.Runtime != nil || len(writing) < 2 {
		return
	}
	for _, tree := range writing {
		if !s.sameModule(tree.Dir, writing[0].Dir) {
			return
		}
	}
	writing[0].Notes = append(writing[0].Notes, fmt.Sprintf(
		"this run writes the runtime into %d trees of one Go module: with runtime: {dir: internal/runtime} in %s they share one", len(writing), s.file))
}

// writesRuntime reports whether a plan creates or updates files of the tree's own runtime.
func writesRuntime(tree *Tree) bool {
	dirs := render.RuntimePackages()
	return slices.ContainsFunc(tree.plan.Changes(), func(a plan.Action) bool {
		dir, inside := strings.CutPrefix(path.Dir(a.Path), "internal/")
		return inside && a.Kind != plan.Remove && slices.Contains(dirs, dir)
	})
}
