// Package generator turns proto files and a policy into a complete service. It is the only door to msgen's pipeline:
//
//	protoload, policy -> build -> render, stubs, gomod -> plan -> write
//
// Everything left of write is pure given its inputs, so that a check, a diff and a run are one pipeline stopped at
// different places.
package generator

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/render"
	"github.com/msgen/msgen/generator/internal/making/stubs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Options say what a run reads and where it writes. Paths are relative to the working directory or absolute.
type Options struct {
	Protos      []string // proto files; empty: what the tree at Out, or around the working directory, was made from
	ImportPaths []string // where imports are looked for; empty: the root of the repository around the first proto
	Policy      string   // policy file; empty: policy.yaml beside the first proto, if there is one
	Out         string   // root of the tree; empty: the tree around the working directory, else that directory
	Version     string   // of msgen, for .msgen/version; [Unreleased] for a build that no version names

	// Full makes a run plan everything even when neither the inputs nor msgen nor the tree have changed since the
	// last one: for a check that trusts nothing.
	Full bool
	// OverwriteGenerated replaces generated files that were edited by hand.
	OverwriteGenerated bool
	// Markers writes a conflict into its file, with markers, instead of stopping at it.
	Markers bool
	// AllowBreaking goes on although the protos have changed in a way that breaks callers, and notes what does.
	AllowBreaking bool
	// Restore are files of the tree, relative to its root, that are brought back although their user deleted them.
	Restore []string
}

// Plan decides what a run would do to each path of the tree, and writes nothing. The error is a [diag.ListError] when
// the inputs have problems; the Tree's warnings are then among them.
func Plan(ctx context.Context, opts Options) (*Tree, error) {
	r, err := newRun(opts)
	if err != nil {
		return nil, err
	}
	if tree, ok := r.unchanged(); ok {
		return tree, nil
	}
	if err := r.build(ctx); err != nil {
		return nil, err
	}
	if err := r.render(); err != nil {
		return nil, err
	}
	return r.plan()
}

// Check returns every problem of the inputs, warnings too, sorted by position.
func Check(ctx context.Context, opts Options) ([]diag.Problem, error) {
	r, err := newRun(opts)
	if err != nil {
		return nil, err
	}
	if err := r.build(ctx); err != nil {
		return nil, err
	}
	return r.problems.All(), nil
}

// Schema returns the JSON Schema of the policy language, for editors.
func Schema() ([]byte, error) { return policy.Schema() }

// run is the pipeline on its way.
type run struct {
	opts     Options
	load     func(context.Context, *policy.Policy, []protoload.Callee) (*protoload.Set, diag.List)
	inputs   inputs
	callees  []calleeInput // in the order of the policy's dependencies
	gateway  *gateway      // nil: the tree is none
	disk     *write.Tree
	base     *state.State // what an earlier run left
	problems diag.List

	set    *protoload.Set
	protos []byte // the same as the tree will remember them
	result *build.Result
	files  []state.File
	stubs  []state.File // those that another plugin writes, and are not among the files
	copies []state.File // inputs that the tree holds
	edited []string     // those of an earlier run that their user has edited
	notes  []string
	next   []string

	plugin  *pluginOptions        // nil: the run answers no request
	sibling func(dir string) bool // whether the run makes a tree in the folder too; nil: it makes one tree
	flags   flags
}

// flags are what messages advise, as the user of a run writes it.
type flags struct{ policy, allowBreaking string }

// build loads both inputs, whatever the other one's problems, and makes the model of them.
func (r *run) build(ctx context.Context) error {
	if err := r.findSystem(ctx); err != nil {
		return err
	}
	checked, policyProblems := r.inputs.loadPolicy()
	calleeProblems := r.findCallees(checked)
	if protos := r.calleeProtos(); r.gateway == nil || len(r.inputs.protos)+len(protos) > 0 {
		var problems diag.List
		r.set, problems = r.load(ctx, checked, protos)
		r.problems.Merge(problems)
	}
	r.problems.Merge(policyProblems)
	r.problems.Merge(calleeProblems)
	r.placeModule(checked)
	place, err := r.place()
	if failed, ok := errors.AsType[*diag.ListError](err); ok {
		r.problems.Add(failed.Problems()...)
		place.Unknown = true
	} else if err != nil {
		return err
	}
	in := build.Input{Set: r.set, Policy: checked, Place: place, Stubs: r.plugin.stubPackages(), Gateway: r.gateway.input()}
	if r.set != nil {
		in.Dependencies, in.EventProtos, in.Homes = r.dependencies(checked), r.eventProtos(), r.homes()
	}
	result, problems := build.Build(in)
	r.problems.Merge(problems)
	if err := r.problems.Err(); err != nil || r.gateway != nil && r.gateway.partial {
		return err // of a gateway that lacks a service, the result is not its own
	}
	r.result = result
	r.notes = append(r.notes, result.Notes...)
	return r.compare()
}

// render makes every file of the tree in memory.
func (r *run) render() error {
	if err := r.print(); err != nil {
		return err
	}
	if err := r.goMod(); err != nil {
		return err
	}
	if err := r.record(r.result.Service.Root); err != nil {
		return err
	}
	r.files = append(r.files, r.copies...)
	return nil
}

// print makes the files that come from templates, and the stubs.
func (r *run) print() error {
	var rendered []state.File
	var written []stubs.File
	var group errgroup.Group
	group.Go(func() (err error) { rendered, err = render.Files(r.result.Service); return err })
	group.Go(func() (err error) { written, err = stubs.Generate(r.result.Plugin); return err })
	if err := group.Wait(); err != nil {
		return err
	}
	if r.files, r.stubs = rendered, r.stubFiles(written); !r.plugin.foreignStubs() {
		r.files, r.stubs = slices.Concat(r.files, r.stubs), nil
	}
	return nil
}

// plan holds what was rendered against the disk and against what an earlier run emitted.
func (r *run) plan() (*Tree, error) {
	for _, file := range r.set.Files {
		if _, onDisk := r.set.Source(file.GetName()); !onDisk {
			r.inputs.recorded.Sums[file.GetName()] = ""
		}
	}
	if len(r.problems.All()) > 0 {
		r.inputs.recorded.Sums = nil
	}
	for _, stub := range r.stubs {
		delete(r.base.Files, stub.Path) // another plugin's from now on
	}
	var spliced map[string][]byte
	if r.plugin.wants(state.File{}) { // handlers are of the program, not of its deployment
		var notes []string
		spliced, notes = r.handlers()
		r.notes = append(r.notes, notes...)
	}
	planned, err := plan.Make(r.base, r.disk.Look, r.files, plan.Options{
		Version:            r.opts.Version,
		Inputs:             r.inputs.recorded,
		Protos:             r.protos,
		Handlers:           r.handlerPackages(),
		OverwriteGenerated: r.opts.OverwriteGenerated,
		Markers:            r.opts.Markers,
		Restore:            r.restored(),
		Spliced:            spliced,
		Only:               r.plugin.filter(),
		NoRemoval:          r.plugin != nil,
	})
	if err != nil {
		return nil, err
	}
	if err := r.checkRestored(planned); err != nil {
		return nil, err
	}
	r.tellEdited(planned)
	r.tellTidy(planned)
	r.tellBroken(planned)
	return &Tree{
		Dir: r.inputs.out, Name: r.result.Service.Name,
		Warnings: r.problems.All(), Notes: r.notes, Next: r.next,
		plan: planned, disk: r.disk,
	}, nil
}

// tellTidy asks for the one command that a go.mod needs whose versions its user has a say in: what those versions
// require in turn, msgen does not know.
func (r *run) tellTidy(planned *plan.Plan) {
	const tidy = "go mod tidy"
	merged := slices.ContainsFunc(planned.Actions, func(a plan.Action) bool { return a.Path == "go.mod" && a.Kind == plan.Merge })
	if merged && !slices.Contains(r.next, tidy) {
		r.next = append(r.next, tidy)
	}
}
