// Package inputs finds out what a run reads, from what its user asks for and from what the tree remembers, and reads it:
// the policy, the dependencies and the protos.
package inputs

import (
	"fmt"
	"io/fs"
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
	Leaving     func(dir string) bool // whether the run removes all Go of the folder from another tree; nil: it does so nowhere
	Around      string                // the folder of the system that the run is for; empty: it is for one tree
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
	Bare        bool                  // the tree has said what it is made from, and not the run
	Remembered  bool                  // the policy is the one that the tree remembers
	System      string                // the system file whose gateway the tree is; empty: it is none
	Request     *protoload.Set        // see [Wanted]
	Plugin      *state.Plugin         // how a compiler has the tree made, now or by what the tree remembers; nil: none does
	Sibling     func(dir string) bool // see [Wanted]
	Leaving     func(dir string) bool // see [Wanted]
	Joint       *protoload.Set        // the protos of all trees that share stubs, the tree's among them; nil: its own are read alone
	Shared      *state.Shared         // the tree that has the stubs of this one; nil: it has its own
	Around      string                // the folder of the system that the tree is part of; empty: nobody has said so
	Notes       []string
}

// PolicyName is the policy that is read when the run names none.
const PolicyName = "policy.yaml"

// Open reads the memory of the tree, and takes the rest as it is wanted.
func Open(view *disk.View, wanted Wanted) (*Settled, error) {
	in := &Settled{
		View: view, Out: wanted.Out, Memory: new(state.State), Request: wanted.Request, Sibling: wanted.Sibling, Leaving: wanted.Leaving,
		Around: wanted.Around,
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
	switch {
	case made.System != "":
		in.System = in.FromTree(made.System)
	case in.HoldsRuntime():
		return nil // nothing but msgen says what is in it
	case len(made.Protos) == 0:
		return in.firstProto()
	}
	in.Bare = true
	for _, proto := range in.recordedProtos() {
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

// recordedProtos are the protos that the tree was made from. After a merge of branches, one of them may have removed some.
func (in *Settled) recordedProtos() []string {
	recorded := in.Memory.Inputs.Protos
	if !in.Memory.Mixed {
		return recorded
	}
	standing := slices.DeleteFunc(slices.Clone(recorded), func(proto string) bool { return !in.View.Exists(in.FromTree(proto)) })
	if len(standing) == 0 {
		return recorded // whose absence is an error with a name
	}
	return standing
}

// rememberImportPaths takes the import paths from the tree, for a run that names a proto which the tree remembers, and none that
// stands elsewhere: the protos of a tree keep their names.
func (in *Settled) rememberImportPaths() {
	var dirs []string
	for _, dir := range in.Memory.Inputs.ImportPaths {
		_, folder := protoload.SplitImportPath(dir)
		own := slices.ContainsFunc(in.Memory.Inputs.Protos, func(proto string) bool { return strings.HasPrefix(proto, folder+"/") })
		if folder == "." || own || !HoldsCopies(in.Memory, folder) { // the run reads the originals of the others
			dirs = append(dirs, protoload.MoveImportPath(dir, in.FromTree))
		}
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

// firstProto takes the one proto of a folder in which msgen has not made a tree, and the policy there, as msgen init leaves them.
func (in *Settled) firstProto() error {
	if len(in.Memory.Files) > 0 || in.Memory.Inputs.Plugin != nil {
		return in.noProto(nil)
	}
	found := in.protosIn(in.Out)
	if len(found) == 0 {
		found = in.protosIn(filepath.Join(in.Out, CopiesDir))
	}
	if len(found) != 1 {
		return in.noProto(found)
	}
	in.Protos = found
	if file := filepath.Join(in.Out, PolicyName); in.Policy == "" && in.View.Exists(file) {
		in.Policy = file
	}
	return nil
}

// protosIn are the protos in a folder of protos, at any depth; in the root of a tree those at its top, since anything may be below.
func (in *Settled) protosIn(dir string) []string {
	var found []string
	_ = in.View.Walk(dir, func(name string, entry fs.DirEntry, err error) error { // what cannot be read has none
		switch {
		case err != nil:
			return fs.SkipDir
		case entry.IsDir() && name != dir && dir == in.Out:
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(name) == ".proto":
			found = append(found, name)
		}
		return nil
	})
	return found
}

func (in *Settled) noProto(found []string) error {
	p := diag.Problem{
		Message: "no proto file given, and no tree of msgen's around " + in.Out,
		Want:    "a proto file, or a folder with " + state.Path,
		Fix:     "name one: msgen generate service.proto -o DIR",
	}
	if len(found) > 1 {
		p.Found, p.Want = strings.Join(found, ", "), "one proto in the folder, or names of protos"
		p.Fix = "name the protos of the service: msgen generate " + found[0]
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
	if in.Memory.Inputs.System == "" && !in.HoldsShared() {
		return nil
	}
	system := in.FromTree(in.Memory.Inputs.System)
	fix := in.gatewayFix(system)
	message := "the tree is the gateway of a system, which protos alone do not make"
	if in.HoldsShared() {
		message = fmt.Sprintf("the tree holds the %s of a system, which protos alone do not make", in.Memory.Inputs.Role)
	}
	if in.HoldsRuntime() {
		message, system, fix = "the tree holds a runtime, which no proto makes", in.Out, "name another folder: -o DIR"
	}
	return problem(diag.Problem{
		Position: diag.Position{File: in.FromTree(state.Path)},
		Message:  message,
		Found:    system,
		Want:     "a run without protos in the folder of the tree, or one for the whole system",
		Fix:      fix,
	})
}

// HoldsShared reports whether the tree holds what the services of a system share, and none of them.
func (in *Settled) HoldsShared() bool { return in.Memory.Inputs.Role != "" }

// HoldsRuntime reports whether the tree holds a runtime that policies name, and that no system has.
func (in *Settled) HoldsRuntime() bool {
	return in.Memory.Inputs.Role == state.RuntimeRole && in.Memory.Inputs.System == ""
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
