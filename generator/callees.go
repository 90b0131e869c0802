package generator

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// calleeInput is what is read of a service that the tree's calls, or whose events it has: of that, the proto alone.
type calleeInput struct {
	name          string
	key           string        // what the policy names its proto by
	event         string        // the policy's path of the topic with its events; empty: the tree calls it
	at            diag.Position // where the policy names its proto
	proto, policy state.Source  // its Path is the file as the working directory sees it
	policySource  []byte
	checked       *policy.Policy // nil: msgen did not make the service
	dependency    int            // which one of the policy's it is of; one that a gateway has without its policy may have more than one proto
	member        *member        // of the system that a gateway leads to; nil: the policy names it
}

// findCallees settles where the proto and the policy of each dependency are, and loads the policies. Warnings about those
// are for whoever makes the callee.
func (r *run) findCallees(checked *policy.Policy) diag.List {
	var problems diag.List
	if r.callees = nil; checked == nil {
		return problems
	}
	for i, dependency := range checked.Dependencies {
		in := fmt.Sprintf("dependencies[%d].", i)
		callee := calleeInput{name: dependency.Name, key: in + "proto", at: checked.At(in + "proto"), dependency: i}
		if dependency.Proto != "" { // else it has a fault
			callee.proto = r.sourceOf(dependency.Name, dependency.Proto)
		}
		if dependency.Policy != "" {
			callee.policy = r.sourceOf(dependency.Name, dependency.Policy)
			problems.Merge(callee.load(checked.At(in+"policy"), in+"policy"))
		}
		r.callees = append(r.callees, callee)
	}
	if r.gateway != nil {
		problems.Merge(r.findMembers(checked))
	}
	r.findEventProtos(checked)
	return problems
}

// findEventProtos settles where the protos are that topics name.
func (r *run) findEventProtos(checked *policy.Policy) {
	if checked.Events == nil {
		return
	}
	add := func(event, topic, proto string) {
		if proto == "" {
			return
		}
		callee := calleeInput{name: "events/" + topic, key: event + ".proto", event: event, at: checked.At(event + ".proto")}
		callee.proto = r.sourceOf(callee.name, proto)
		r.callees = append(r.callees, callee)
	}
	for i, p := range checked.Events.Publish {
		add(fmt.Sprintf("events.publish[%d]", i), p.Topic, p.Proto)
	}
	for i, s := range checked.Events.Subscribe {
		add(fmt.Sprintf("events.subscribe[%d]", i), s.Topic, s.Proto)
	}
}

// load reads the callee's policy.
func (c *calleeInput) load(at diag.Position, key string) diag.List {
	var problems diag.List
	var err error
	if c.policySource, err = os.ReadFile(c.policy.Path); err != nil {
		problems.Add(diag.Problem{
			Position: at,
			Message:  key + ": cannot read the policy of the dependency: " + cause(err),
			Found:    c.policy.Path,
			Want:     "its policy, or target or discovery where msgen did not make it",
		})
		c.checked = policy.Unread(c.policy.Path)
		return problems
	}
	checked, all := policy.Load(c.policy.Path, c.policySource)
	for _, problem := range all.All() {
		if problem.Severity == diag.Error {
			problems.Add(problem)
		}
	}
	c.checked = checked
	return problems
}

// sourceOf is where a file is that the policy names: beside the policy, or where the tree that remembers it has it.
func (r *run) sourceOf(dependency, written string) state.Source {
	source := state.Source{Written: written, Path: filepath.Join(filepath.Dir(r.inputs.policy), filepath.FromSlash(written))}
	if !r.inputs.fromMemory {
		return source
	}
	for _, known := range r.base.Inputs.Dependencies {
		for _, file := range []state.Source{known.Proto, known.Policy} {
			if known.Name == dependency && file.Written == written {
				source.Path = r.inputs.fromTree(file.Path)
			}
		}
	}
	return source
}

// calleeProtos are the protos of the dependencies, to load.
func (r *run) calleeProtos() []protoload.Callee {
	var callees []protoload.Callee
	for _, callee := range r.callees {
		callees = append(callees, protoload.Callee{
			File: callee.proto.Path, At: callee.at, Key: callee.key, ImportPaths: r.rootsOf(callee),
		})
	}
	return callees
}

// rootsOf are the import paths that the tree around a dependency's proto is made with; nil where there is none. Those of
// this tree count for the copies in it alone.
func (r *run) rootsOf(callee calleeInput) []string {
	if callee.member != nil {
		return callee.member.run.set.ImportPaths
	}
	out, err := filepath.Abs(r.inputs.out)
	if err != nil {
		return nil
	}
	abs, err := filepath.Abs(callee.proto.Path)
	if err != nil {
		return nil
	}
	if copies := filepath.Join(out, copiesDir); inside(copies, abs) && r.inputs.fromMemory {
		return []string{filepath.Join(r.inputs.out, copiesDir)}
	}
	tree, ok := above(filepath.Dir(abs), filepath.FromSlash(state.Path))
	if !ok || tree == out {
		return nil
	}
	made, err := state.Read(os.DirFS(tree))
	if err != nil {
		return nil // the tree is not this run's business
	}
	var roots []string
	for _, dir := range made.Inputs.ImportPaths {
		roots = append(roots, filepath.Join(tree, filepath.FromSlash(dir)))
	}
	return roots
}

// dependencies are the loaded dependencies, to build from: one for each that the policy has.
func (r *run) dependencies(checked *policy.Policy) []build.Dependency {
	out := make([]build.Dependency, len(checked.Dependencies))
	for i, callee := range r.callees {
		if callee.event != "" {
			continue
		}
		in := &out[callee.dependency]
		if in.Policy, in.Tree = callee.checked, r.treeOf(callee); r.set.Callees[i] != "" {
			in.Protos = append(in.Protos, r.set.Callees[i])
		}
	}
	return out
}

// treeOf is the tree of a dependency as seen from this one: the one in the same repository that has been made with its policy
// or, in a run of a system, will be. It is empty where there is none, or none that has a compose.yaml.
func (r *run) treeOf(callee calleeInput) string {
	out, err := filepath.Abs(r.inputs.out)
	if err != nil || callee.policy.Path == "" || !sameRepository(out, callee.policy.Path) {
		return ""
	}
	dir := filepath.Dir(callee.policy.Path)
	made, err := state.Read(os.DirFS(dir))
	switch {
	case err == nil && made.Inputs.Policy == filepath.Base(callee.policy.Path):
		if !exists(filepath.Join(dir, "compose.yaml")) {
			return "" // its user has deleted it
		}
	case r.sibling == nil || !r.sibling(dir):
		return ""
	}
	if tree := relative(out, dir); tree != "." {
		return tree
	}
	return "" // it calls itself
}

// calleePolicies are the policy files of the dependencies, in their order; empty for one that has none.
func (r *run) calleePolicies() []string {
	var policies []string
	for _, callee := range r.callees {
		if callee.event == "" && callee.dependency == len(policies) {
			policies = append(policies, callee.policy.Path)
		}
	}
	return policies
}

// eventProtos are the loaded protos that topics name, by the topic's path in the policy.
func (r *run) eventProtos() map[string]string {
	out := map[string]string{}
	for i, callee := range r.callees {
		if callee.event != "" && r.set.Callees[i] != "" {
			out[callee.event] = r.set.Callees[i]
		}
	}
	return out
}

// rememberedCallees takes the dependencies from the tree's memory, for a policy that is the one it remembers. It is false
// where one of them cannot be read.
func (r *run) rememberedCallees() bool {
	r.callees = nil
	for _, known := range r.base.Inputs.Dependencies {
		callee := calleeInput{name: known.Name, proto: r.sourceOf(known.Name, known.Proto.Written)}
		if known.Policy.Written != "" {
			callee.policy = r.sourceOf(known.Name, known.Policy.Written)
			var err error
			if callee.policySource, err = os.ReadFile(callee.policy.Path); err != nil {
				r.callees = nil
				return false
			}
		}
		r.callees = append(r.callees, callee)
	}
	return true
}

// onlyCallees are the names of the protos that nothing which the tree serves is in or imports, sorted. A run that has parsed nothing
// goes by what the tree remembers of them.
func (r *run) onlyCallees() []string {
	if len(r.callees) == 0 {
		return nil
	}
	if len(r.set.Files) == 0 {
		return r.base.Inputs.CalleeProtos
	}
	own := map[string]bool{}
	for _, file := range slices.Backward(r.set.Files) { // importers before imports
		if r.serves(file.GetName()) || own[file.GetName()] {
			own[file.GetName()] = true
			for _, imported := range file.GetDependency() {
				own[imported] = true
			}
		}
	}
	var names []string
	for name := range r.set.Sources() {
		if !own[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// recordCallees settles how the tree remembers its dependencies.
func (r *run) recordCallees(out string) {
	recorded := &r.inputs.recorded
	for i, callee := range r.callees {
		if callee.member != nil {
			continue // which the system file names
		}
		known := state.Dependency{Name: callee.name}
		known.Proto = state.Source{Written: callee.proto.Written, Path: r.recordedProto(out, r.set.Callees[i])}
		if callee.policy.Written != "" {
			known.Policy = state.Source{Written: callee.policy.Written, Path: path.Join(copiesDir, callee.name+".policy.yaml")}
			if sameRepository(out, callee.policy.Path) {
				known.Policy.Path = relative(out, callee.policy.Path)
				r.copyAgain(known.Policy.Path, callee.policySource)
			} else {
				r.copyIn(known.Policy.Path, callee.policySource)
			}
			recorded.Sums[known.Policy.Path] = state.Sum(callee.policySource)
		}
		known.Tree = r.treeOf(callee)
		recorded.Dependencies = append(recorded.Dependencies, known)
	}
}

// recordedProto is where the tree has a dependency's proto.
func (r *run) recordedProto(out, name string) string {
	source, _ := r.set.Source(name)
	if slices.ContainsFunc(r.copies, func(file state.File) bool { return file.Path == path.Join(copiesDir, name) }) {
		return path.Join(copiesDir, name)
	}
	return relative(out, source.Path)
}
