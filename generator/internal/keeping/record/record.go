// Package record settles how a tree remembers what made it. Inputs of the same repository are remembered by their relative
// paths; others are copied in, so that a tree on its own can always be made again.
package record

import (
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Record is the inputs of a run as the tree remembers them.
type Record struct {
	Inputs state.Inputs
	Copies []state.File // inputs that the tree holds
	Edited []string     // copies of an earlier run that are the inputs now, since their user has edited them
}

// Of is the record of inputs whose tree has an import path. A non-empty system is the file that names the tree as its gateway.
func Of(in *inputs.Loaded, root, system string) Record {
	r := recorder{in: in}
	r.out.Inputs = state.Inputs{Root: root, Plugin: in.Plugin, Stubs: in.Shared, Sums: map[string]string{}}
	if place := in.InRepository(in.Root()); in.Out != "" && place != "." {
		r.out.Inputs.InRepository = place
	}
	r.out.Inputs.Beside = in.Beside()
	if in.Set.HasText() { // otherwise there is nothing to make the tree from again
		r.out.Inputs.OthersProtos = in.OthersProtos()
		if system != "" {
			r.system(system)
		} else {
			r.protos()
		}
	}
	for _, file := range in.Set.Files {
		if _, onDisk := in.Set.Source(file.GetName()); !onDisk {
			r.out.Inputs.Sums[file.GetName()] = ""
		}
	}
	r.policy()
	r.dependencies()
	return r.out
}

type recorder struct {
	in  *inputs.Loaded
	out Record
}

func (r *recorder) protos() {
	recorded, sources := &r.out.Inputs, r.in.Set.Sources()
	together := true
	for name, source := range sources {
		recorded.Sums[name] = state.Sum(source.Bytes)
		together = together && (r.in.SameRepository(source.Path) || slices.Contains(recorded.OthersProtos, name))
	}
	if !together {
		recorded.ImportPaths = []string{inputs.CopiesDir}
		for _, name := range r.in.Set.Targets {
			recorded.Protos = append(recorded.Protos, path.Join(inputs.CopiesDir, name))
		}
		for name, source := range sources {
			r.copyIn(path.Join(inputs.CopiesDir, name), source.Path, source.Bytes)
		}
		return
	}
	apart := false
	for name, source := range sources {
		if r.in.SameRepository(source.Path) {
			r.copyAgain(r.in.Relative(source.Path), source.Bytes)
			continue
		}
		apart = true
		r.copyIn(path.Join(inputs.CopiesDir, name), source.Path, source.Bytes)
	}
	for _, name := range r.in.Set.Targets {
		recorded.Protos = append(recorded.Protos, r.in.Relative(sources[name].Path))
	}
	for _, written := range r.in.Set.ImportPaths {
		if _, dir := protoload.SplitImportPath(written); r.in.MovesAlong(dir) { // nothing was found in the others, and elsewhere they are not there
			recorded.ImportPaths = append(recorded.ImportPaths, protoload.MoveImportPath(written, r.in.Relative))
		}
	}
	if apart && !slices.Contains(recorded.ImportPaths, inputs.CopiesDir) {
		recorded.ImportPaths = append(recorded.ImportPaths, inputs.CopiesDir)
	}
}

// system records what made a gateway: the system file, and the protos of its own.
func (r *recorder) system(file string) {
	recorded, sources := &r.out.Inputs, r.in.Set.Sources()
	recorded.System = r.in.Relative(file)
	for name, source := range sources {
		recorded.Sums[name] = state.Sum(source.Bytes)
	}
	for _, name := range r.in.Set.Targets {
		recorded.Protos = append(recorded.Protos, r.in.Relative(sources[name].Path))
	}
	paths := r.in.ImportPaths
	if r.in.Request != nil && len(recorded.Protos) > 0 {
		paths = r.in.Set.ImportPaths
	}
	for _, path := range paths {
		recorded.ImportPaths = append(recorded.ImportPaths, protoload.MoveImportPath(path, r.in.Relative))
	}
}

func (r *recorder) policy() {
	if r.in.Policy == "" {
		return
	}
	recorded := &r.out.Inputs
	recorded.Policy = inputs.PolicyName
	if r.in.SameRepository(r.in.Policy) {
		recorded.Policy = r.in.Relative(r.in.Policy)
		r.copyAgain(recorded.Policy, r.in.PolicySource)
	} else {
		r.copyIn(inputs.PolicyName, r.in.Policy, r.in.PolicySource)
	}
	recorded.Sums[recorded.Policy] = state.Sum(r.in.PolicySource)
}

func (r *recorder) dependencies() {
	for i, d := range r.in.Dependencies {
		if d.FromSystem {
			continue
		}
		known := state.Dependency{Name: d.Name}
		known.Proto = state.Source{Written: d.Proto.Written, Path: r.protoOf(r.in.Set.Dependencies[i])}
		if d.Policy.Written != "" {
			known.Policy = state.Source{Written: d.Policy.Written, Path: path.Join(inputs.CopiesDir, d.Name+".policy.yaml")}
			if r.in.SameRepository(d.Policy.Path) {
				known.Policy.Path = r.in.Relative(d.Policy.Path)
				r.copyAgain(known.Policy.Path, d.PolicySource)
			} else {
				r.copyIn(known.Policy.Path, d.Policy.Path, d.PolicySource)
			}
			r.out.Inputs.Sums[known.Policy.Path] = state.Sum(d.PolicySource)
		}
		known.Tree = r.in.TreeOf(d)
		r.out.Inputs.Dependencies = append(r.out.Inputs.Dependencies, known)
	}
}

// protoOf is where the tree has a dependency's proto.
func (r *recorder) protoOf(name string) string {
	source, _ := r.in.Set.Source(name)
	copied := path.Join(inputs.CopiesDir, name)
	if slices.ContainsFunc(r.out.Copies, func(file state.File) bool { return file.Path == copied }) {
		return copied
	}
	return r.in.Relative(source.Path)
}

// copyIn adds an input to the tree, which is read from a file. A file that its user put there is not in the state, and stays nobody's but theirs.
func (r *recorder) copyIn(inTree, file string, content []byte) {
	if !inputs.IsCopy(r.in.Memory, inTree) {
		if found := r.in.Tree.Look(inTree); found.Kind == disk.Regular && checkout.Same(found.Content, content) {
			return
		}
	}
	if original := r.in.OriginalOf(inTree, file); original != "" {
		if r.out.Inputs.Originals == nil {
			r.out.Inputs.Originals = map[string]string{}
		}
		r.out.Inputs.Originals[inTree] = original
	}
	r.out.Copies = append(r.out.Copies, state.File{Path: inTree, Content: content, Owner: state.Generated})
}

// copyAgain keeps a copy that an earlier run made, now that it is the input itself. A copy that its user has edited meanwhile is
// theirs: msgen would lose the edit if it took the file for its own when a run from outside comes.
func (r *recorder) copyAgain(inTree string, content []byte) {
	switch was, copied := r.in.Memory.Files[inTree]; {
	case !copied:
	case was.Emitted(content), len(was.Also) > 0: // git has merged the copies of two branches
		r.copyIn(inTree, r.in.FromTree(inTree), content)
	default:
		r.out.Edited = append(r.out.Edited, inTree)
	}
}
