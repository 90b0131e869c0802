package generator

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// shareStubs settles the tree with the stubs of all services, where the system file has one, and gives each service what it needs of
// it. Where something is wrong with the tree or with a service, the services are left to report what is wrong with them alone.
func (s *services) shareStubs(ctx context.Context) error {
	if err := s.leave(); err != nil {
		return err
	}
	if s.written.Stubs == nil || !s.written.Sound("stubs") {
		return nil
	}
	tree, err := s.openShared(ctx)
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
	s.shared = tree
	return nil
}

// openShared looks for the folder of the shared stubs. The tree is nil where it cannot be there.
func (s *services) openShared(ctx context.Context) (*sharedTree, error) {
	dir := s.fromFile([]string{s.written.Stubs.Dir})[0]
	in, err := inputs.Open(s.view, inputs.Wanted{Out: dir, Version: s.opts.Version, Leaving: s.leaving})
	if err != nil {
		return nil, err
	}
	if err := settled(ctx, in.Tree, s.opts.Locks); err != nil {
		return nil, err
	}
	in.System = s.file
	l, problems := inputs.Policies(in)
	s.problems.Merge(problems)
	root := path.Join(l.Module.Path, l.Module.Dir)
	switch {
	case problems.HasErrors():
	case len(in.Memory.Files) > 0 && in.Memory.Inputs.Role != state.StubsRole:
		s.sharedProblem(diag.Problem{Message: "stubs.dir: the folder holds the tree of a service", Found: dir, Want: "a folder for the stubs alone", Fix: "name another folder"})
	case l.Module.Path == "":
		s.sharedProblem(diag.Problem{
			Message: "stubs.dir: no go.mod is around the folder, and stubs are shared within one Go module", Found: dir,
			Want: "a go.mod around this folder and all services", Fix: fmt.Sprintf("run go mod init MODULE in %s", filepath.Dir(s.file)),
		})
	case l.Module.Dir == ".":
		s.sharedProblem(diag.Problem{
			Message: "stubs.dir: the folder is a Go module of its own", Found: filepath.Join(dir, "go.mod"),
			Want: "a folder in the Go module of the services", Fix: "delete this go.mod, or name another folder",
		})
	case module.CheckImportPath(root) != nil || slices.Contains(strings.Split(root, "/"), "vendor"):
		s.sharedProblem(diag.Problem{Message: "stubs.dir: Go imports nothing from a folder of this name", Found: root, Want: "an import path", Fix: "name another folder, such as gen"})
	default:
		return &sharedTree{role: state.StubsRole, in: l}, nil
	}
	return nil, nil
}

// sharing are the inputs of the services and of the gateway, which share stubs. It is false where one of them cannot.
func (s *services) sharing(tree *sharedTree) (members []*inputs.Loaded, ok bool) {
	ok = true
	for _, m := range s.all() {
		if m.settled == nil {
			ok = false // as is reported
			continue
		}
		l, problems := inputs.Policies(m.settled)
		ok = s.canShare(m, l, tree) && !problems.HasErrors() && ok
		members = append(members, l)
	}
	return members, ok
}

// canShare refuses a service that cannot import the shared stubs, or says that its stubs are elsewhere.
func (s *services) canShare(m *member, l *inputs.Loaded, tree *sharedTree) bool {
	around := path.Join(l.Module.Path, l.Module.Dir)
	wanted, stubs := l.Checked.Service.Module, l.Checked.Service.Stubs
	visible, _, hidden := strings.Cut(path.Join("/", tree.in.Module.Dir)+"/", "/internal/")
	switch here := path.Join("/", l.Module.Dir) + "/"; {
	case !s.sameModule(m.dir, tree.in.Out):
		s.memberProblem(m, diag.Problem{
			Message: "the service is not of the Go module of the shared stubs", Found: l.Module.Path, Want: fmt.Sprintf("%q", tree.in.Module.Path),
			Fix: fmt.Sprintf("delete the go.mod around %s that is nearer, or remove stubs: the services then have their own", m.dir),
		})
	case wanted != "" && wanted != l.Module.Path && wanted != around:
		s.problems.Add(diag.Problem{
			Position: l.Checked.At("service.module"), Message: "service.module: the service is not of the Go module of the shared stubs", Found: wanted,
			Want: fmt.Sprintf("%q", tree.in.Module.Path), Fix: fmt.Sprintf("remove it, or remove stubs from %s", s.file),
		})
	case hidden && !strings.HasPrefix(here, visible+"/"):
		s.memberProblem(m, diag.Problem{
			Message: "Go does not let the service import the shared stubs, which are below a folder internal", Found: m.dir,
			Want: fmt.Sprintf("a folder below %s", path.Join(tree.in.Module.Path, visible)), Fix: "name another folder for the stubs",
		})
	case l.Plugin != nil:
		s.memberProblem(m, diag.Problem{
			Message: fmt.Sprintf("the tree is made by msgen's plugin of %s, which shares no stubs", l.Plugin.Compiler), Found: m.dir,
			Want: "a tree that msgen generate makes", Fix: "remove stubs from the system file",
		})
	case stubs != policy.StubsAuto:
		s.problems.Add(diag.Problem{
			Position: l.Checked.At("service.stubs"), Message: fmt.Sprintf("service.stubs: %s has one tree for the stubs of all services", s.file), Found: string(stubs),
			Want: string(policy.StubsAuto), Fix: "remove it here, or stubs there",
		})
	default:
		return true
	}
	return false
}

// sameModule reports whether one go.mod is the nearest to two folders.
func (s *services) sameModule(a, b string) bool {
	above, okA := s.view.Above(a, "go.mod")
	other, okB := s.view.Above(b, "go.mod")
	return okA && okB && above == other
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
