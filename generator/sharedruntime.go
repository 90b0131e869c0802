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
// imports another one now, or the other way round.
func (m *modelled) movedRuntime() map[string]model.Import {
	known := m.in.Memory.Inputs
	if known.Root == "" || known.Runtime == nil && m.made.Tree.OwnRuntime() {
		return map[string]model.Import{}
	}
	was := known.Root + "/internal"
	if known.Runtime != nil {
		was = known.Runtime.Path
	}
	moved := map[string]model.Import{}
	for _, dir := range render.RuntimePackages() {
		if now := path.Join(m.made.Tree.Runtime(), dir); path.Join(was, dir) != now {
			moved[path.Join(was, dir)] = model.Import{Path: now}
		}
	}
	return moved
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
