package generator

import (
	"context"
	"slices"

	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// shareStubs settles the tree with the stubs of all services, where the system file has one, and gives each service what it needs of
// it. Where something is wrong with the tree or with a service, the services are left to report what is wrong with them alone.
func (s *services) shareStubs(ctx context.Context) error {
	if s.written.Stubs == nil || !s.written.Sound("stubs") {
		return nil
	}
	tree, err := s.openShared(ctx, state.StubsRole)
	if tree == nil || err != nil {
		return err
	}
	members, ok := s.sharing(tree)
	if !ok {
		return nil
	}
	set, problems := inputs.Joint(ctx, s.view, members, s.knownRoots(tree))
	if problems.HasErrors() {
		s.unshared = problems
		return nil
	}
	tree.in.Joint = set
	for _, l := range members {
		l.Joint = set
	}
	tree.made, problems = build.Shared(build.SharedTree{
		Set: set, Module: tree.in.Module, StubFolders: tree.in.Memory.Stubs, Packages: givenStubs(ctx, set, members),
		GoModules: tree.in.GoModules(tree.in.Module, true),
	})
	s.problems.Merge(problems)
	if problems.HasErrors() {
		return nil
	}
	tree.made.Notes = slices.Concat(set.Notes, tree.made.Notes)
	tree.roots, tree.sums = set.ImportPaths, map[string]string{}
	for name, source := range set.Sources() {
		tree.sums[name] = state.Sum(source.Bytes)
	}
	s.stubs = tree
	return nil
}

// knownRoots are the import paths that the protos had until now: of all services, and then of each that was alone.
func (s *services) knownRoots(tree *sharedTree) []string {
	var roots []string
	for _, dir := range tree.in.Memory.Inputs.ImportPaths {
		roots = append(roots, tree.in.FromTree(dir))
	}
	for _, m := range s.all() {
		roots = append(roots, m.settled.ImportPaths...)
	}
	return roots
}

// givenStubs are the Go packages that policies name for the protos of services outside of the system.
func givenStubs(ctx context.Context, set *protoload.Set, members []*inputs.Loaded) map[string]string {
	given := map[string]string{}
	for _, l := range members {
		with, problems := l.WithProtos(ctx)
		if problems.HasErrors() {
			continue
		}
		for name, pkg := range build.GivenStubs(build.InputOf(with)) {
			if _, told := given[name]; !told && !slices.Contains(set.Targets, name) {
				given[name] = pkg
			}
		}
	}
	return given
}
