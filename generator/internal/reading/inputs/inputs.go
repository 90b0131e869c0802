// Package inputs finds out what a run reads, from what its user asks for and from what the tree remembers, and reads it:
// the policy, the dependencies and the protos.
package inputs

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Wanted is what the user of a run asks for. Paths are relative to the folder of the view, or absolute.
type Wanted struct {
	Protos      []string              // empty: the tree remembers them
	ImportPaths []string              // empty: the tree remembers them, or the repository names them
	Policy      string                // empty: policy.yaml next to the first proto, if there is one
	Out         string                // root of the tree; empty: the enclosing tree, otherwise the folder of the view
	Version     string                // of this msgen
	Request     *protoload.Set        // the protos of a plugin request, which is answered; nil: they are read
	System      string                // the system file of that request, whose gateway the tree is; empty: it is none
	Plugin      *state.Plugin         // how the compiler of that request has the tree made, without the folder; nil as Request is
	PolicyFlag  string                // how the user names a policy: "-p " or "policy="
	Sibling     func(dir string) bool // whether the run makes a tree in the folder too; nil: it makes one tree
}

// Settled is where everything is that a run reads.
type Settled struct {
	View        *disk.View
	Tree        *disk.Tree
	Memory      *state.State // what an earlier run left
	Out         string       // root of the tree; empty: nobody knows, since a plugin answers without it
	Protos      []string
	ImportPaths []string
	Policy      string                // empty: none
	Remembered  bool                  // the policy is the one that the tree remembers
	System      string                // the system file whose gateway the tree is; empty: it is none
	Request     *protoload.Set        // see [Wanted]
	Plugin      *state.Plugin         // how a compiler has the tree made, now or by what the tree remembers; nil: none does
	Sibling     func(dir string) bool // see [Wanted]
	Notes       []string
}

// PolicyName is the policy that is read when the run names none.
const PolicyName = "policy.yaml"

// Open reads the memory of the tree, and takes the rest as it is wanted.
func Open(view *disk.View, wanted Wanted) (*Settled, error) {
	in := &Settled{
		View: view, Out: wanted.Out, Memory: new(state.State), Request: wanted.Request, Sibling: wanted.Sibling,
		Protos: wanted.Protos, ImportPaths: wanted.ImportPaths, Policy: wanted.Policy, System: wanted.System,
	}
	if in.Out == "" && in.Request == nil {
		in.Out = TreeAround(view, ".")
	}
	var err error
	if in.Tree, err = view.Tree(in.Out); err != nil {
		return nil, err
	}
	if in.Memory, err = state.Read(in.Tree); err != nil {
		return nil, err
	}
	if in.Plugin = in.Memory.Inputs.Plugin; wanted.Plugin != nil {
		in.Plugin = in.recorded(*wanted.Plugin)
	}
	return in, in.notOlder(wanted.Version)
}

// Settle finds out what a run reads.
func Settle(view *disk.View, wanted Wanted) (*Settled, error) {
	in, err := Open(view, wanted)
	if err != nil {
		return nil, err
	}
	if in.Request == nil && len(in.Protos) == 0 {
		return in, in.remember()
	}
	if in.System != "" {
		in.gatewayPolicy()
		return in, nil
	}
	if in.Request != nil {
		in.Protos = textOf(in.Request)
	}
	if in.Request == nil && len(in.ImportPaths) == 0 {
		in.rememberImportPaths()
	}
	if in.Policy == "" && len(in.Protos) > 0 {
		in.findPolicy(wanted.PolicyFlag)
	}
	return in, in.notGateway()
}

// gatewayPolicy takes the policy in the folder of a gateway, where its system has it.
func (in *Settled) gatewayPolicy() {
	if file := filepath.Join(in.Out, PolicyName); in.Policy == "" && in.View.Exists(file) {
		in.Policy = file
	}
}

// textOf is the first proto of a request, if its text is known.
func textOf(request *protoload.Set) []string {
	if source, _ := request.Source(request.Targets[0]); source.Bytes != nil {
		return []string{source.Path}
	}
	return nil
}

// findPolicy takes the policy next to the first proto. A note says of one that stands where its user may think it is read
// that it is not.
func (in *Settled) findPolicy(flag string) {
	if beside := filepath.Join(filepath.Dir(in.Protos[0]), PolicyName); in.View.Exists(beside) {
		in.Policy = beside
		return
	}
	for _, dir := range []string{".", in.Out} {
		if unused := filepath.Join(dir, PolicyName); in.View.Exists(unused) {
			in.Notes = append(in.Notes, fmt.Sprintf("%s is not used, since it is not beside the first proto: pass %s%s to use it", unused, flag, unused))
			return
		}
	}
}

// remember takes the inputs from the tree, for a run that names no proto.
func (in *Settled) remember() error {
	made := in.Memory.Inputs
	if made.System != "" {
		in.System = in.FromTree(made.System)
	} else if len(made.Protos) == 0 {
		return in.noProto()
	}
	for _, proto := range made.Protos {
		in.Protos = append(in.Protos, in.FromTree(proto))
	}
	if len(in.ImportPaths) == 0 {
		for _, dir := range made.ImportPaths {
			in.ImportPaths = append(in.ImportPaths, protoload.MoveImportPath(dir, in.FromTree))
		}
	}
	if in.Policy == "" && made.Policy != "" {
		in.Policy, in.Remembered = in.FromTree(made.Policy), true
	}
	return nil
}

// rememberImportPaths takes the import paths from the tree, for a run that names a proto which the tree remembers, and none that
// stands elsewhere: the protos of a tree keep their names.
func (in *Settled) rememberImportPaths() {
	var dirs []string
	for _, dir := range in.Memory.Inputs.ImportPaths {
		dirs = append(dirs, protoload.MoveImportPath(dir, in.FromTree))
	}
	known := slices.ContainsFunc(in.Memory.Inputs.Protos, func(proto string) bool {
		return slices.ContainsFunc(in.Protos, func(given string) bool { return in.View.SameFile(given, in.FromTree(proto)) })
	})
	apart := slices.ContainsFunc(in.Protos, func(given string) bool {
		return !slices.ContainsFunc(dirs, func(written string) bool {
			_, dir := protoload.SplitImportPath(written)
			return inside(in.View.Abs(dir), in.View.Abs(given))
		})
	})
	if known && !apart {
		in.ImportPaths = dirs
	}
}

func (in *Settled) noProto() error {
	p := diag.Problem{
		Message: "no proto file given, and no tree of msgen's around " + in.Out,
		Want:    "a proto file, or a folder with " + state.Path,
		Fix:     "name one: msgen generate service.proto -o DIR",
	}
	if len(in.Memory.Files) > 0 {
		p.Message = "no proto file given, and the tree does not know where the plugin of protoc that wrote it got its own"
		p.Want = "a proto file"
	}
	if in.Memory.Inputs.Plugin != nil {
		return &UnreadError{in.withoutText()}
	}
	return problem(p)
}

// notGateway refuses a gateway where the run is to make a service from protos.
func (in *Settled) notGateway() error {
	if in.Memory.Inputs.System == "" {
		return nil
	}
	system := in.FromTree(in.Memory.Inputs.System)
	return problem(diag.Problem{
		Position: diag.Position{File: in.FromTree(state.Path)},
		Message:  "the tree is the gateway of a system, which protos alone do not make",
		Found:    system,
		Want:     "a run without protos in the folder of the tree, or one for the whole system",
		Fix:      in.gatewayFix(system),
	})
}

func (in *Settled) gatewayFix(system string) string {
	if in.Request != nil {
		return "give the plugin the option system=" + system
	}
	return "msgen generate " + system
}

// notOlder refuses a tree that a newer msgen has written: this one would undo what that one does better. Builds from a
// working copy have no version to compare.
func (in *Settled) notOlder(this string) error {
	tree := in.Memory.Version
	if !semver.IsValid(tree) || !semver.IsValid(this) || semver.Compare(tree, this) <= 0 {
		return nil
	}
	return problem(diag.Problem{
		Position: diag.Position{File: in.FromTree(state.VersionPath)},
		Message:  "the tree was written by a newer msgen",
		Found:    tree,
		Want:     this + " or older, for this is msgen " + this,
		Fix:      fmt.Sprintf("use msgen %s or a newer one", tree),
	})
}

// FromTree is a path of the tree's memory as the user names it.
func (in *Settled) FromTree(path string) string {
	return filepath.Join(in.Out, filepath.FromSlash(path))
}

// Root is the root of the tree, absolute.
func (in *Settled) Root() string { return in.View.Abs(in.Out) }

// IsCopy reports whether msgen has put a file of the tree there as a copy of an input.
func IsCopy(memory *state.State, inTree string) bool {
	_, copied := memory.Files[inTree]
	return copied
}

// HoldsCopies reports whether msgen has put copies of protos into a folder of a tree.
func HoldsCopies(memory *state.State, dir string) bool {
	for path := range memory.Files {
		if strings.HasPrefix(path, dir+"/") && filepath.Ext(path) == ".proto" {
			return true
		}
	}
	return false
}

func problem(p diag.Problem) error {
	var problems diag.List
	problems.Add(p)
	return problems.Err()
}
