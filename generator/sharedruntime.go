package generator

import (
	"context"
	"maps"
	"path"

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
	made, problems := build.SharedRuntime(tree.in.Module)
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
	if known.Root == "" || known.Runtime == nil && m.made.Service.OwnRuntime() {
		return map[string]model.Import{}
	}
	was := known.Root + "/internal"
	if known.Runtime != nil {
		was = known.Runtime.Path
	}
	moved := map[string]model.Import{}
	for _, dir := range render.RuntimePackages() {
		if now := path.Join(m.made.Service.Runtime(), dir); path.Join(was, dir) != now {
			moved[path.Join(was, dir)] = model.Import{Path: now}
		}
	}
	return moved
}

// movedPackages are all Go packages that the user's Go imports by other paths than in the last run.
func (m *modelled) movedPackages() map[string]model.Import {
	moved := m.movedRuntime()
	maps.Copy(moved, m.made.Twins)
	return moved
}
