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
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// openShared looks for the folder of a shared tree. The tree is nil where it cannot be there.
func (s *services) openShared(ctx context.Context, role state.Role) (*sharedTree, error) {
	dir := s.fromFile([]string{sharedBy(s.written, role).Dir})[0]
	wrong := func(p diag.Problem) {
		p.Message = fmt.Sprintf("%s.dir: %s", role, p.Message)
		s.sharedProblem(role, p)
	}
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
	case len(in.Memory.Files) > 0 && in.Memory.Inputs.Role != role, in.HoldsRuntime():
		wrong(diag.Problem{Message: "the folder holds another tree", Found: dir, Want: fmt.Sprintf("a folder for the %s alone", role), Fix: "name another folder"})
	case l.Module.Path == "":
		wrong(diag.Problem{
			Message: fmt.Sprintf("no go.mod is around the folder, and only services of one Go module share %s", role), Found: dir,
			Want: "a go.mod around this folder and all services", Fix: fmt.Sprintf("run go mod init MODULE in %s", filepath.Dir(s.file)),
		})
	case l.Module.Dir == ".":
		wrong(diag.Problem{
			Message: "the folder is a Go module of its own", Found: filepath.Join(dir, "go.mod"),
			Want: "a folder in the Go module of the services", Fix: "delete this go.mod, or name another folder",
		})
	case module.CheckImportPath(root) != nil || slices.Contains(strings.Split(root, "/"), "vendor"):
		wrong(diag.Problem{Message: "Go imports nothing from a folder of this name", Found: root, Want: "an import path", Fix: "name another folder"})
	default:
		return &sharedTree{role: role, in: l}, nil
	}
	return nil, nil
}

// sharing are the inputs of the services and of the gateway, which share a tree. It is false where one of them cannot.
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

// canShare reports whether a service can share the tree. It adds a problem where Go or msgen's plugin does not let it, and where its
// policy says another place for its stubs.
func (s *services) canShare(m *member, l *inputs.Loaded, tree *sharedTree) bool {
	around := path.Join(l.Module.Path, l.Module.Dir)
	wanted, stubs := l.Checked.Service.Module, l.Checked.Service.Stubs
	visible, _, hidden := strings.Cut(path.Join("/", tree.in.Module.Dir)+"/", "/internal/")
	switch here := path.Join("/", l.Module.Dir) + "/"; {
	case !s.sameModule(m.dir, tree.in.Out):
		s.memberProblem(m, diag.Problem{
			Message: fmt.Sprintf("the service is not of the Go module of the shared %s", tree.role), Found: l.Module.Path, Want: fmt.Sprintf("%q", tree.in.Module.Path),
			Fix: fmt.Sprintf("delete the go.mod around %s that is nearer, or remove %s: the services then have their own", m.dir, tree.role),
		})
	case wanted != "" && wanted != l.Module.Path && wanted != around:
		s.problems.Add(diag.Problem{
			Position: l.Checked.At("service.module"), Message: fmt.Sprintf("service.module: the service is not of the Go module of the shared %s", tree.role), Found: wanted,
			Want: fmt.Sprintf("%q", tree.in.Module.Path), Fix: fmt.Sprintf("remove it, or remove %s from %s", tree.role, s.file),
		})
	case hidden && !strings.HasPrefix(here, visible+"/"):
		s.memberProblem(m, diag.Problem{
			Message: fmt.Sprintf("Go does not let the service import the shared %s: the folder is below a folder internal", tree.role), Found: m.dir,
			Want: fmt.Sprintf("a folder below %s", path.Join(tree.in.Module.Path, visible)), Fix: fmt.Sprintf("name another folder for the %s", tree.role),
		})
	case l.Plugin != nil:
		s.memberProblem(m, diag.Problem{
			Message: fmt.Sprintf("the tree is made by msgen's plugin of %s, which shares no %s", l.Plugin.Compiler, tree.role), Found: m.dir,
			Want: "a tree that msgen generate makes", Fix: fmt.Sprintf("remove %s from the system file", tree.role),
		})
	case tree.role == state.StubsRole && stubs != policy.StubsAuto:
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
