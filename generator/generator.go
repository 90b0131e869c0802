// Package generator turns proto files and a policy into a complete service. It is the only door to msgen's pipeline, whose
// packages stand in four wings under internal/:
//
//	reading   what the run reads: the disk, the policy, the protos, what the tree remembers
//	making    what it makes of that: the model, and every file in memory
//	keeping   what becomes of what stands on disk: the user's Go, the merges, the plan, and its writing
//	showing   what it shows instead: what a call does, who calls whom
//
// Each step takes values and returns values. One view of the disk is how all of them see it, and writing is last, so that a
// check, a diff and a run are one pipeline stopped at different places.
package generator

import (
	"context"
	"errors"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/since"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/gateway"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/pluginparam"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Options say what a run reads and where it writes. Paths are relative to the working directory or absolute.
type Options struct {
	Protos      []string // proto files; empty: what the tree at Out, or around the working directory, was made from
	ImportPaths []string // where imports are looked for, each DIR or NAME=DIR; empty: what the tree remembers, buf.yaml or the imports themselves say
	Policy      string   // policy file; empty: policy.yaml beside the first proto, if there is one
	Out         string   // root of the tree; empty: the tree around the working directory, else that directory
	Version     string   // of msgen, for .msgen/version; [Unreleased] for a build that no version names

	// Full makes a run plan everything even when neither the inputs nor msgen nor the tree have changed since the
	// last one: for a check that trusts nothing.
	Full bool
	// Edits makes a run in a tree whose protos only a compiler has look for what was edited, since it can find nothing else.
	// Without it the run fails.
	Edits bool
	// OverwriteGenerated replaces generated files that were edited by hand.
	OverwriteGenerated bool
	// Markers writes a conflict into its file, with markers, instead of stopping at it.
	Markers bool
	// AllowBreaking goes on although the protos have changed in a way that breaks callers, and notes what does.
	AllowBreaking bool
	// Restore are files of the tree, relative to its root, that are brought back although their user deleted them.
	Restore []string
	// Locks say how the run waits for others that write to the tree.
	Locks Locks
}

// Unreleased is the version of a build that no version names. Two such builds may emit different trees.
const Unreleased = "devel"

// Plan decides what a run would do to each path of the tree, and writes nothing. The error is a [diag.ListError] when
// the inputs have problems; the Tree's warnings are then among them.
func Plan(ctx context.Context, opts Options) (*Tree, error) {
	return fresh(ctx, func(view *disk.View) (*Tree, error) {
		ask := request{Options: opts}
		in, err := ask.settle(ctx, view)
		if tree, ok := ask.edits(in, err); ok {
			return tree, nil
		}
		if err != nil {
			return nil, err
		}
		if tree, ok := ask.nothing(in); ok {
			return tree, nil
		}
		switch {
		case in.HoldsRuntime():
			return ask.planRuntime(in, "")
		case in.HoldsShared():
			return ask.planShared(ctx, in)
		}
		m, err := ask.modelOf(ctx, in)
		if err != nil {
			return nil, err
		}
		return ask.plan(m)
	})
}

// Check returns every problem of the inputs, warnings too, sorted by position.
func Check(ctx context.Context, opts Options) ([]diag.Problem, error) {
	return fresh(ctx, func(view *disk.View) ([]diag.Problem, error) {
		ask := request{Options: opts}
		in, err := ask.settle(ctx, view)
		if err != nil {
			return nil, err
		}
		switch {
		case in.HoldsRuntime():
			return nil, nil // it follows from nothing that a person has written
		case in.HoldsShared():
			s, _, err := ask.sharedAround(ctx, in)
			if err != nil {
				return nil, err
			}
			return s.problems.All(), nil
		}
		m, err := ask.modelOf(ctx, in)
		if err != nil {
			return nil, err
		}
		return slices.Concat(m.warnings, m.in.Stale(), m.in.Unnoticed()), nil
	})
}

// Schema returns the JSON Schema of the policy language, for editors.
func Schema() ([]byte, error) { return policy.Schema() }

// SystemSchema returns the JSON Schema of system files, for editors.
func SystemSchema() ([]byte, error) { return policy.SystemSchema() }

// request is a run as its user asks for it: by the command line, or through protoc or buf.
type request struct {
	Options
	plugin  *pluginparam.Options  // nil: the command line
	protos  *protoload.Set        // of the plugin's request
	sibling func(dir string) bool // whether the run makes a tree in the folder too; nil: it makes one tree
	whole   bool                  // the run makes all trees of a system
	around  string                // the folder of the system that the run is for; empty: it is for one tree

	stubs   *build.SharedStubs   // that the tree imports; nil: it has its own
	former  []inputs.EmittedStub // stubs that are elsewhere from now on
	runtime *state.Shared        // that the tree imports; nil: it has its own
}

func (ask *request) wanted() inputs.Wanted {
	wanted := inputs.Wanted{
		Protos: ask.Protos, ImportPaths: ask.ImportPaths, Policy: ask.Policy, Out: ask.Out, Version: ask.Version,
		Request: ask.protos, PolicyFlag: "-p ", Sibling: ask.sibling, Around: ask.around,
	}
	if ask.plugin != nil {
		wanted.PolicyFlag, wanted.Plugin, wanted.System = "policy=", &ask.plugin.Tree, ask.plugin.System
	}
	return wanted
}

// nothing is the tree of a run that has nothing to do. It is false where the whole pipeline has to decide that.
func (ask *request) nothing(in *inputs.Settled) (*Tree, bool) {
	same := ask.Version != "" && ask.Version != Unreleased && ask.Version == in.Memory.Version
	if !same || in.System != "" || ask.Full || len(ask.Restore) > 0 {
		return nil, false
	}
	planned, ok := since.Nothing(in)
	return &Tree{Dir: in.Out, Remake: in.Plugin.Remake(), Warnings: in.Stale(), plan: planned, view: in.View, seen: in.Tree}, ok
}

// edits is the tree of a check that cannot read the protos, and finds out what else there is to check. It is false for all
// other runs.
func (ask *request) edits(in *inputs.Settled, err error) (*Tree, bool) {
	unread, ok := errors.AsType[*inputs.UnreadError](err)
	if !ok || !ask.Edits {
		return nil, false
	}
	p := unread.Problem
	p.Severity = diag.Warning
	p.Message += ": this looks for files of msgen's that were edited, and not whether the protos or the policy have changed"
	return &Tree{
		Dir: in.Out, Warnings: []diag.Problem{p}, Remake: in.Plugin.Remake(), plan: since.Edits(in), view: in.View, seen: in.Tree,
	}, true
}

// modelled is a service of which all is known that its inputs say.
type modelled struct {
	in       *inputs.Loaded
	made     *build.Result
	system   string // the system file whose gateway the service is; empty: it is none
	notes    []string
	warnings []diag.Problem // sorted
}

// modelOf settles and reads the inputs of a tree, and makes its model.
func modelOf(ctx context.Context, opts Options) (*modelled, error) {
	return fresh(ctx, func(view *disk.View) (*modelled, error) {
		ask := request{Options: opts}
		in, err := ask.settle(ctx, view)
		if err != nil {
			return nil, err
		}
		if in.HoldsShared() {
			return nil, noService(in)
		}
		return ask.modelOf(ctx, in)
	})
}

// settle finds out what a run reads.
func (ask *request) settle(ctx context.Context, view *disk.View) (*inputs.Settled, error) {
	in, err := inputs.Settle(view, ask.wanted())
	if in != nil {
		if err := settled(ctx, in.Tree, ask.Locks); err != nil {
			return nil, err
		}
	}
	return in, err
}

// modelOf reads the inputs of a tree and makes its model. For the gateway of a system, the models of all services come first.
func (ask *request) modelOf(ctx context.Context, in *inputs.Settled) (*modelled, error) {
	system, err := ask.systemAround(ctx, in)
	if err != nil {
		return nil, err
	}
	if system == nil {
		recalled := ask.recallShared(in)
		if err := recalled.Err(); err != nil {
			return nil, err
		}
	}
	m, problems := ask.model(ctx, in, system)
	if system != nil && system.Partial {
		problems.Merge(system.Problems)
	}
	return m, problems.Err()
}

// model reads the policy, the dependencies and the protos, whatever the problems of one, and makes the model of them. A tree
// that is the gateway of a system is led by that.
func (ask *request) model(ctx context.Context, in *inputs.Settled, system *gateway.System) (*modelled, diag.List) {
	m := new(modelled)
	loaded, problems := inputs.Policies(in)
	var forward *build.Gateway
	if system != nil {
		var lost diag.List
		loaded, forward, lost = system.Lead(loaded)
		problems.Merge(lost)
		m.system = system.File
	}
	problems.Merge(ask.namedRuntime(loaded))
	loaded, misplaced := loaded.Placed()
	problems.Merge(misplaced)
	if system == nil || len(loaded.Protos)+len(loaded.Dependencies) > 0 { // a gateway that leads nowhere has no proto
		var unlinked diag.List
		loaded, unlinked = loaded.WithProtos(ctx)
		problems.Merge(unlinked)
	}
	if !problems.HasErrors() {
		problems.Merge(ask.staleStubs(loaded))
	}
	if problems.HasErrors() {
		_, _, unsound := ask.result(loaded, forward)
		problems.Merge(unsound)
		return nil, problems
	}
	made, unsound := ask.startable(ctx, loaded, forward)
	problems.Merge(unsound)
	if problems.HasErrors() {
		return nil, problems
	}
	problems.Merge(ask.unfitRuntime(made.loaded, made.result.Tree))
	broken, breaking := since.Breaking(made.loaded, made.result, ask.allowance())
	problems.Merge(breaking)
	problems.Merge(made.loaded.OpenSecrets())
	m.in, m.made, m.warnings = made.loaded, made.result, problems.All()
	m.notes = slices.Concat(in.Notes, made.loaded.Set.Notes, made.notes, made.result.Notes, broken)
	return m, problems
}

// allowance says whether changes that break callers may be made.
func (ask *request) allowance() since.Allowance {
	flag := "--allow-breaking"
	if ask.plugin != nil {
		flag = "allow_breaking=true"
	}
	return since.Allowance{Given: ask.AllowBreaking, Flag: flag}
}
