package generator

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/policy"
	"github.com/msgen/msgen/generator/internal/state"
	"github.com/msgen/msgen/generator/internal/write"
)

// inputs are the files that a run reads, settled from its options and from the tree that is there already.
type inputs struct {
	protos, importPaths []string
	policy              string // empty: none
	out                 string
	recorded            state.Inputs // the same as the tree will remember them
}

// policyName is the policy that is read when the run names none.
const policyName = "policy.yaml"

// newRun settles the inputs and reads the tree's memory.
func newRun(opts Options) (*run, error) {
	r := &run{opts: opts}
	r.inputs = inputs{protos: opts.Protos, importPaths: opts.ImportPaths, policy: opts.Policy, out: opts.Out}
	if r.inputs.out == "" {
		r.inputs.out = treeAround(".")
	}
	var err error
	if r.disk, err = write.Open(r.inputs.out); err != nil {
		return nil, err
	}
	if r.base, err = r.disk.State(); err != nil {
		return nil, err
	}
	if len(opts.Protos) == 0 {
		if err := r.remembered(); err != nil {
			return nil, err
		}
	} else if opts.Policy == "" {
		if beside := filepath.Join(filepath.Dir(opts.Protos[0]), policyName); exists(beside) {
			r.inputs.policy = beside
		}
	}
	return r, nil
}

// remembered takes the inputs from the tree, for a run that names no proto.
func (r *run) remembered() error {
	made := r.base.Inputs
	if len(made.Protos) == 0 {
		var problems diag.List
		problems.Add(diag.Problem{
			Message: "no proto file given, and no tree of msgen's around " + r.inputs.out,
			Want:    "a proto file, or a folder with " + state.Path,
			Fix:     "name one: msgen generate service.proto -o DIR",
		})
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
		in.policy = in.fromTree(made.Policy)
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
	src, err := os.ReadFile(in.policy)
	if err != nil {
		var problems diag.List
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.policy},
			Message:  "cannot read the policy: " + cause(err),
			Fix:      "name another file with -p, or leave -p out for the defaults",
		})
		return nil, problems
	}
	return policy.Load(in.policy, src)
}

// treeAround is the nearest folder at or above dir that msgen has written a tree to; dir itself if there is none.
func treeAround(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	found, ok := above(abs, filepath.FromSlash(state.Path))
	if !ok {
		return dir
	}
	if rel, err := filepath.Rel(abs, found); err == nil {
		return rel
	}
	return found
}

// above is the nearest folder at or above abs that holds name.
func above(abs, name string) (string, bool) {
	for dir := abs; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, name)) {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// cause is an error without the operation and the path, which its reader has in front of them.
func cause(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
