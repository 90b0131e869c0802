package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// inputs are the files that a run reads, settled from its options and from the tree that is there already.
type inputs struct {
	protos, importPaths []string
	policy              string // empty: none
	policySource        []byte
	out                 string
	system              string       // the system file whose gateway the tree is; empty: it is none
	fromMemory          bool         // the policy is the one that the tree remembers
	recorded            state.Inputs // the same as the tree will remember them
}

// policyName is the policy that is read when the run names none.
const policyName = "policy.yaml"

// newRun settles the inputs and reads the tree's memory.
func newRun(opts Options) (*run, error) {
	r, err := openRun(opts)
	if err != nil {
		return nil, err
	}
	if len(opts.Protos) == 0 {
		return r, r.remembered()
	}
	if opts.Policy == "" {
		r.findPolicy()
	}
	return r, r.notGateway()
}

// openRun reads the tree's memory, for inputs that the options have settled.
func openRun(opts Options) (*run, error) {
	r := &run{opts: opts, flags: flags{policy: "-p ", allowBreaking: "--allow-breaking"}}
	r.inputs = inputs{protos: opts.Protos, importPaths: opts.ImportPaths, policy: opts.Policy, out: opts.Out}
	r.load = r.inputs.loadProtos
	if r.inputs.out == "" {
		r.inputs.out = treeAround(".")
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

// open reads the memory of the tree.
func (r *run) open() (err error) {
	if r.disk, err = write.Open(r.inputs.out); err != nil {
		return err
	}
	if r.disk.Interrupted() {
		return &InterruptedError{Dir: r.inputs.out}
	}
	if r.base, err = r.disk.State(); err != nil {
		return err
	}
	return r.notOlder()
}

func (in *inputs) loadProtos(ctx context.Context, _ *policy.Policy, callees []protoload.Callee) (*protoload.Set, diag.List) {
	return protoload.Load(ctx, protoload.Options{Files: in.protos, ImportPaths: in.importPaths, Callees: callees})
}

// findPolicy takes the policy beside the first proto. One that stands where its user may think it is read is told of.
func (r *run) findPolicy() {
	if beside := filepath.Join(filepath.Dir(r.inputs.protos[0]), policyName); exists(beside) {
		r.inputs.policy = beside
		return
	}
	for _, dir := range []string{".", r.inputs.out} {
		if unused := filepath.Join(dir, policyName); exists(unused) {
			r.notes = append(r.notes, fmt.Sprintf("%s is not used, since it is not beside the first proto: pass %s%s to use it", unused, r.flags.policy, unused))
			return
		}
	}
}

// remembered takes the inputs from the tree, for a run that names no proto.
func (r *run) remembered() error {
	made := r.base.Inputs
	if made.System != "" {
		r.inputs.system = r.inputs.fromTree(made.System)
	} else if len(made.Protos) == 0 {
		problem := diag.Problem{
			Message: "no proto file given, and no tree of msgen's around " + r.inputs.out,
			Want:    "a proto file, or a folder with " + state.Path,
			Fix:     "name one: msgen generate service.proto -o DIR",
		}
		if len(r.base.Files) > 0 {
			problem.Message = "no proto file given, and the tree does not know where the plugin of protoc that wrote it got its own"
			problem.Want = "a proto file"
		}
		var problems diag.List
		problems.Add(problem)
		return problems.Err()
	}
	in := &r.inputs
	for _, proto := range made.Protos {
		in.protos = append(in.protos, in.fromTree(proto))
	}
	if len(in.importPaths) == 0 {
		for _, dir := range made.ImportPaths {
			in.importPaths = append(in.importPaths, in.fromTree(dir))
		}
	}
	if in.policy == "" && made.Policy != "" {
		in.policy, in.fromMemory = in.fromTree(made.Policy), true
	}
	return nil
}

// fromTree is a path of the tree's memory as the working directory sees it.
func (in *inputs) fromTree(path string) string {
	return filepath.Join(in.out, filepath.FromSlash(path))
}

// loadPolicy reads the policy; without one, it is all defaults.
func (in *inputs) loadPolicy() (*policy.Policy, diag.List) {
	if in.policy == "" {
		return policy.Default(), diag.List{}
	}
	if err := in.readPolicy(); err != nil {
		var problems diag.List
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.policy},
			Message:  "cannot read the policy: " + cause(err),
			Fix:      "name another file, or none for the defaults",
		})
		return policy.Unread(in.policy), problems
	}
	return policy.Load(in.policy, in.policySource)
}

func (in *inputs) readPolicy() (err error) {
	if in.policy != "" {
		in.policySource, err = os.ReadFile(in.policy)
	}
	return err
}
