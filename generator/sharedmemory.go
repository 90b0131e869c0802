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
	s, err := ask.sharedAround(ctx, in)
	if err != nil {
		return nil, err
	}
	tree, err := s.shared.plan(ask.Options)
	if err != nil {
		return nil, err
	}
	tree.Dir, tree.Warnings = in.Out, s.problems.All()
	return tree, nil
}

// sharedAround reads the system of a shared tree.
func (ask *request) sharedAround(ctx context.Context, in *inputs.Settled) (*services, error) {
	s, err := newSystem(ctx, in.View, in.System, ask.Options)
	if err != nil {
		return nil, err
	}
	if err := s.problems.Err(); err != nil {
		return nil, err
	}
	if s.shared == nil || in.View.Abs(s.shared.in.Out) != in.Root() {
		var problems diag.List
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.System}, Message: "the folder holds the stubs of this system, which no longer has them there", Found: in.Out,
			Want: "stubs: {dir: ...}, this folder", Fix: "write it, or run msgen generate " + in.System,
		})
		return nil, problems.Err()
	}
	return s, nil
}

// noService is the error of a run that asks a shared tree for what only services have.
func noService(in *inputs.Settled) error {
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: in.FromTree(state.Path)}, Message: "the tree holds the stubs of a system, and no service", Found: in.Out,
		Want: "the folder of a service", Fix: "name the service's folder: -o DIR",
	})
	return problems.Err()
}

// recallShared gives a run for one service the shared stubs that its tree remembers. Where the service has left its system, the
// stubs are its own from now on.
func (ask *request) recallShared(in *inputs.Settled) diag.List {
	known := in.Memory.Inputs.Stubs
	if known == nil {
		return diag.List{}
	}
	system := in.FromTree(known.System)
	tree, err := inputs.Open(in.View, inputs.Wanted{Out: in.FromTree(known.Dir), Version: ask.Version})
	if err != nil {
		return problemsOf(err)
	}
	stays, problems := namesTogether(in, system, tree.Out)
	switch {
	case problems.HasErrors():
	case stays == unnamed:
		in.Notes = append(in.Notes, fmt.Sprintf("%s does not name this service any longer: its stubs are its own, and those in %s stay", system, tree.Out))
		ask.former = tree.EmittedStubs()
		in.Leaving = func(dir string) bool {
			rel, err := filepath.Rel(tree.Root(), in.View.Abs(dir))
			return err == nil && filepath.IsLocal(rel)
		}
	case ask.plugin != nil:
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.FromTree(state.Path)}, Message: "the tree imports the stubs that its system shares, which msgen's plugin does not write",
			Found: tree.Out, Want: "a run of the command line", Fix: "msgen generate " + system,
		})
	case stays == elsewhere, tree.Memory.Inputs.Role != state.StubsRole:
		problems.Add(movedStubs(system, tree.Out))
	default:
		in.Shared = known
		ask.stubs = &build.SharedStubs{Root: tree.Memory.Inputs.Root, Packages: tree.Memory.Packages}
	}
	return problems
}

// movedStubs is the problem of a run for one tree whose system file has the stubs in another place than the tree.
func movedStubs(system, was string) diag.Problem {
	return diag.Problem{
		Position: diag.Position{File: system}, Message: "the stubs of this tree are not where they were when it was made", Found: was,
		Want: "a run for the whole system, which moves them", Fix: "msgen generate " + system,
	}
}

func problemsOf(err error) diag.List {
	var problems diag.List
	problems.Errorf(diag.Position{}, "%v", err)
	return problems
}

// membership is what a system file says of a service and of its shared stubs.
type membership int

const (
	unnamed   membership = iota // the file does not name the service, or is not there
	elsewhere                   // it does, and has the stubs in another folder, or none
	unchanged                   // it does, and the stubs too
)

// namesTogether looks into a system file for the tree of a service and the folder of the shared stubs.
func namesTogether(in *inputs.Settled, system, stubs string) (membership, diag.List) {
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
	case written.Stubs == nil || !is(written.Stubs.Dir, stubs):
		return elsewhere, problems
	default:
		return unchanged, problems
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
