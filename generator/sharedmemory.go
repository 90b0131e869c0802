package generator

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// planShared is the plan of a shared tree in which a run was started: the system file and all services say what it holds.
func (ask *request) planShared(ctx context.Context, in *inputs.Settled) (*Tree, error) {
	s, shared, err := ask.sharedAround(ctx, in)
	if err != nil {
		return nil, err
	}
	tree, err := s.planShared(shared)
	if err != nil {
		return nil, err
	}
	tree.Dir, tree.Warnings = in.Out, s.problems.All()
	return tree, nil
}

// sharedAround reads the system of a shared tree, and finds the tree in it.
func (ask *request) sharedAround(ctx context.Context, in *inputs.Settled) (*services, *sharedTree, error) {
	s, err := newSystem(ctx, in.View, in.System, ask.Options)
	if err != nil {
		return nil, nil, err
	}
	if err := s.problems.Err(); err != nil {
		return nil, nil, err
	}
	for _, shared := range s.shared() {
		if in.View.Abs(shared.in.Out) == in.Root() {
			return s, shared, nil
		}
	}
	role := in.Memory.Inputs.Role
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: in.System}, Message: fmt.Sprintf("the folder holds the %s of this system, whose file no longer names it", role), Found: in.Out,
		Want: fmt.Sprintf("%s: {dir: ...}, this folder", role), Fix: "write it, or run msgen generate " + in.System,
	})
	return nil, nil, problems.Err()
}

// noService is the error of a run that asks a shared tree for what only services have.
func noService(in *inputs.Settled) error {
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: in.FromTree(state.Path)}, Message: fmt.Sprintf("the tree holds the %s that services share, and no service", in.Memory.Inputs.Role), Found: in.Out,
		Want: "the folder of a service", Fix: "name the service's folder: -o DIR",
	})
	return problems.Err()
}

// roles are what services can share.
var roles = []state.Role{state.StubsRole, state.RuntimeRole}

// remembered is the shared tree that the tree of a service imports from; nil: it imports from none.
func remembered(in *inputs.Settled, role state.Role) *state.Shared {
	if role == state.RuntimeRole {
		return in.Memory.Inputs.Runtime
	}
	return in.Memory.Inputs.Stubs
}

// sharedBy is what a system file says of a shared tree; nil: it names none.
func sharedBy(written *policy.System, role state.Role) *policy.Shared {
	if role == state.RuntimeRole {
		return written.Runtime
	}
	return written.Stubs
}

// recallShared gives a run for one service the shared trees that its tree remembers. Where the service has left its system, what it
// shared is its own from now on.
func (ask *request) recallShared(in *inputs.Settled) diag.List {
	var problems diag.List
	for _, role := range roles {
		if known := remembered(in, role); known != nil && known.System != "" {
			problems.Merge(ask.recall(in, role, known))
		}
	}
	return problems
}

func (ask *request) recall(in *inputs.Settled, role state.Role, known *state.Shared) diag.List {
	system := in.FromTree(known.System)
	tree, err := inputs.Open(in.View, inputs.Wanted{Out: in.FromTree(known.Dir), Version: ask.Version})
	if err != nil {
		return problemsOf(err)
	}
	stays, problems := namesTogether(in, role, system, tree.Out)
	switch {
	case problems.HasErrors():
	case stays == unnamed:
		in.Notes = append(in.Notes, fmt.Sprintf("%s does not name this service any longer: the tree has its own %s, and %s stays", system, role, tree.Out))
		if role == state.StubsRole {
			ask.former = tree.EmittedStubs()
			in.Leaving = func(dir string) bool {
				rel, err := filepath.Rel(tree.Root(), in.View.Abs(dir))
				return err == nil && filepath.IsLocal(rel)
			}
		}
	case ask.plugin != nil:
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.FromTree(state.Path)}, Message: fmt.Sprintf("the tree imports the %s that its system shares, which msgen's plugin does not write", role),
			Found: tree.Out, Want: "a run of the command line", Fix: "msgen generate " + system,
		})
	case stays == elsewhere, tree.Memory.Inputs.Role != role:
		problems.Add(movedShared(role, system, tree.Out))
	case role == state.RuntimeRole:
		ask.runtime = known
	default:
		in.Shared = known
		ask.stubs = &build.SharedStubs{Root: tree.Memory.Inputs.Root, Packages: tree.Memory.Packages}
	}
	return problems
}

// movedShared is the problem of a run for one tree whose system file has what it shares in another place than the tree.
func movedShared(role state.Role, system, was string) diag.Problem {
	return diag.Problem{
		Position: diag.Position{File: system}, Message: fmt.Sprintf("the tree was made with the shared %s in another place", role), Found: was,
		Want: fmt.Sprintf("a run for the whole system, which moves the %s", role), Fix: "msgen generate " + system,
	}
}

func problemsOf(err error) diag.List {
	var problems diag.List
	problems.Errorf(diag.Position{}, "%v", err)
	return problems
}

// membership is what a system file says of a service and of a shared tree.
type membership int

const (
	unnamed   membership = iota // the file does not name the service, or is not there
	elsewhere                   // it does, and has the shared tree in another folder, or none
	unchanged                   // it names both
)

// namesTogether looks into a system file for the tree of a service and the folder of a shared tree.
func namesTogether(in *inputs.Settled, role state.Role, system, shared string) (membership, diag.List) {
	src, err := in.View.ReadFile(system)
	if err != nil {
		return unnamed, diag.List{}
	}
	written, problems := policy.LoadSystem(system, src)
	if problems.HasErrors() {
		return unnamed, problems
	}
	is := func(dir, of string) bool {
		return in.View.Abs(filepath.Join(filepath.Dir(system), filepath.FromSlash(dir))) == in.View.Abs(of)
	}
	switch {
	case !slices.ContainsFunc(written.Services, func(m policy.Member) bool { return is(m.Dir, in.Out) }):
		return unnamed, problems
	case sharedBy(written, role) != nil && is(sharedBy(written, role).Dir, shared):
		return unchanged, problems
	default:
		return elsewhere, problems
	}
}

// staleStubs are problems of a service whose shared stubs are older than its protos: a run for one service does not write them.
func (ask *request) staleStubs(in *inputs.Loaded) diag.List {
	var problems diag.List
	if ask.stubs == nil || ask.whole || in.Set == nil {
		return problems
	}
	tree, err := inputs.Open(in.View, inputs.Wanted{Out: in.FromTree(in.Shared.Dir), Version: ask.Version})
	if err != nil {
		return problemsOf(err)
	}
	fix := "msgen generate " + in.FromTree(in.Shared.System)
	for _, file := range in.Set.Files {
		source, onDisk := in.Set.Source(file.GetName())
		if sum, known := tree.Memory.Inputs.Sums[file.GetName()]; onDisk && (!known || sum != state.Sum(source.Bytes)) {
			problems.Add(diag.Problem{
				Position: diag.Position{File: source.Path}, Message: "the stubs that the services share are not up to date", Found: tree.Out,
				Want: "stubs of this proto as it is", Fix: fix,
			})
		}
	}
	for path, entry := range tree.Memory.Files {
		if found := tree.Tree.Look(path); found.Kind != disk.Regular || state.Sum(found.Content) != entry.Sum {
			problems.Add(diag.Problem{
				Position: diag.Position{File: tree.FromTree(path)}, Message: "this file of the stubs that the services share is not as msgen wrote it", Fix: fix,
			})
		}
	}
	return problems
}
