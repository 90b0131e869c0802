package inputs

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// CopiesDir is the folder of a tree for protos that come from outside its repository.
const CopiesDir = "proto"

// Dependency is a proto of another service that the tree calls, or whose events it has.
type Dependency struct {
	Name         string
	Key          string         // what the policy names its proto by
	At           diag.Position  // where the policy names its proto
	Event        string         // the policy's path of the topic with its events; empty: the tree calls it
	Proto        state.Source   // its Path is the file as the user names it
	Policy       state.Source   // likewise; none of an event
	PolicySource []byte         // of the file
	Checked      *policy.Policy // nil: msgen did not make the service
	Index        int            // among the policy's dependencies; a dependency that a system names may have more than one proto
	FromSystem   bool           // the system file names it, and not the policy
	Forwarded    bool           // the tree is a gateway, which passes its calls on
	ImportPaths  []string       // of its tree, where that is known; otherwise its tree is asked
}

// dependencies settles where the proto and the policy of each dependency are, and loads the policies. Warnings about those
// are for whoever makes the dependency.
func (in *Settled) dependencies(checked *policy.Policy) ([]Dependency, diag.List) {
	var out []Dependency
	var problems diag.List
	for i, written := range checked.Dependencies {
		path := fmt.Sprintf("dependencies[%d].", i)
		d := Dependency{Name: written.Name, Key: path + "proto", At: checked.At(path + "proto"), Index: i}
		if written.Proto != "" { // otherwise it has a fault
			d.Proto = in.sourceOf(written.Name, written.Proto)
		}
		if written.Policy != "" {
			d.Policy = in.sourceOf(written.Name, written.Policy)
			var more diag.List
			d.Checked, d.PolicySource, more = in.policyOf(d.Policy.Path, path+"policy", checked.At(path+"policy"))
			problems.Merge(more)
		}
		out = append(out, d)
	}
	return out, problems
}

// policyOf reads the policy of a dependency.
func (in *Settled) policyOf(file, key string, at diag.Position) (*policy.Policy, []byte, diag.List) {
	var problems diag.List
	source, err := in.View.ReadFile(file)
	if err != nil {
		problems.Add(diag.Problem{
			Position: at,
			Message:  key + ": cannot read the policy of the dependency: " + disk.Cause(err).Error(),
			Found:    file,
			Want:     "its policy, or target or discovery where msgen did not make it",
		})
		return policy.Unread(file), nil, problems
	}
	checked, all := policy.Load(file, source)
	problems.Add(slices.DeleteFunc(all.All(), func(p diag.Problem) bool { return p.Severity != diag.Error })...)
	return checked, source, problems
}

// eventProtos settles where the protos are that topics name.
func (in *Settled) eventProtos(checked *policy.Policy) []Dependency {
	if checked.Events == nil {
		return nil
	}
	var out []Dependency
	add := func(event, topic, proto string) {
		if proto == "" {
			return
		}
		d := Dependency{Name: "events/" + topic, Key: event + ".proto", Event: event, At: checked.At(event + ".proto")}
		d.Proto = in.sourceOf(d.Name, proto)
		out = append(out, d)
	}
	for i, p := range checked.Events.Publish {
		add(fmt.Sprintf("events.publish[%d]", i), p.Topic, p.Proto)
	}
	for i, s := range checked.Events.Subscribe {
		add(fmt.Sprintf("events.subscribe[%d]", i), s.Topic, s.Proto)
	}
	return out
}

// sourceOf is where a file is that the policy names: relative to the policy, or where the tree that remembers it has it.
func (in *Settled) sourceOf(dependency, written string) state.Source {
	source := state.Source{Written: written, Path: filepath.Join(filepath.Dir(in.Policy), filepath.FromSlash(written))}
	if !in.Remembered {
		return source
	}
	for _, known := range in.Memory.Inputs.Dependencies {
		for _, file := range []state.Source{known.Proto, known.Policy} {
			if known.Name == dependency && file.Written == written {
				source.Path = in.FromTree(file.Path)
			}
		}
	}
	return source
}

// rootsOf are the import paths with which the tree of a dependency's proto is made; nil where there is none. The import paths of
// this tree count for the copies in it alone.
func (l *Loaded) rootsOf(d Dependency) []string {
	if d.FromSystem {
		return d.ImportPaths
	}
	root, abs := l.Root(), l.View.Abs(d.Proto.Path)
	if inside(filepath.Join(root, CopiesDir), abs) && l.Remembered {
		return []string{filepath.Join(l.Out, CopiesDir)}
	}
	dir, ok := l.View.Above(filepath.Dir(abs), filepath.FromSlash(state.Path))
	if !ok || dir == root {
		return nil
	}
	made, ok := memoryOf(l.View, dir)
	if !ok {
		return nil // the tree is not this run's business
	}
	if l.Shared != nil && made.Inputs.Stubs != nil {
		return nil // a proto has one name in all trees that share stubs
	}
	var roots []string
	for _, path := range made.Inputs.ImportPaths {
		roots = append(roots, protoload.MoveImportPath(path, func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }))
	}
	return roots
}

// memoryOf is what msgen remembers of another tree; false where that cannot be read.
func memoryOf(view *disk.View, dir string) (*state.State, bool) {
	tree, err := view.Tree(dir)
	if err != nil {
		return nil, false
	}
	made, err := state.Read(tree)
	return made, err == nil
}

// TreeOf is the tree of a dependency as seen from this one: the one in the same repository that has been made with its policy
// or, where made says so, will be. It is empty where there is none, or none that has a compose.yaml.
func (in *Settled) TreeOf(d Dependency) string {
	if d.Policy.Path == "" || !in.SameRepository(d.Policy.Path) {
		return ""
	}
	dir := filepath.Dir(d.Policy.Path)
	switch made, ok := memoryOf(in.View, dir); {
	case ok && made.Inputs.Policy == filepath.Base(d.Policy.Path):
		if !in.View.Exists(filepath.Join(dir, "compose.yaml")) {
			return "" // its user has deleted it
		}
	case in.Sibling == nil || !in.Sibling(dir):
		return ""
	}
	if tree := in.Relative(dir); tree != "." {
		return tree
	}
	return "" // it calls itself
}

// DependencyPolicies are the policy files of the dependencies that the tree calls, in their order; empty for one that has
// none.
func (l *Loaded) DependencyPolicies() []string {
	var policies []string
	for _, d := range l.Dependencies {
		if d.Event == "" && d.Index == len(policies) {
			policies = append(policies, d.Policy.Path)
		}
	}
	return policies
}

// rememberedDependencies are the dependencies as the tree remembers them, for a policy that is the one it remembers. It is false where one of
// them cannot be read.
func (in *Settled) rememberedDependencies() ([]Dependency, bool) {
	var out []Dependency
	for _, known := range in.Memory.Inputs.Dependencies {
		d := Dependency{Name: known.Name, Proto: in.sourceOf(known.Name, known.Proto.Written)}
		if known.Policy.Written != "" {
			d.Policy = in.sourceOf(known.Name, known.Policy.Written)
			var err error
			if d.PolicySource, err = in.View.ReadFile(d.Policy.Path); err != nil {
				return nil, false
			}
		}
		out = append(out, d)
	}
	return out, true
}
