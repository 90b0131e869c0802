package inputs

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Loaded is all that a run reads.
type Loaded struct {
	*Settled
	Module       Module
	PolicySource []byte
	Checked      *policy.Policy // what could be read of it
	Dependencies []Dependency   // in the order of the policy, events last
	Set          *protoload.Set // nil: it has problems
}

// Policies reads the policies of the tree and of the dependencies.
func Policies(in *Settled) (*Loaded, diag.List) {
	l := &Loaded{Settled: in}
	var problems, more diag.List
	l.Module, problems = in.findModule()
	l.Checked, l.PolicySource, more = in.readPolicy()
	problems.Merge(more)
	l.Dependencies, more = in.dependencies(l.Checked)
	problems.Merge(more)
	l.Dependencies = append(l.Dependencies, in.eventProtos(l.Checked)...)
	return l, problems
}

// readPolicy reads the policy; without one, it is all defaults.
func (in *Settled) readPolicy() (*policy.Policy, []byte, diag.List) {
	if in.Policy == "" {
		return policy.Default(), nil, diag.List{}
	}
	source, err := in.View.ReadFile(in.Policy)
	if err != nil {
		var problems diag.List
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.Policy},
			Message:  "cannot read the policy: " + disk.Cause(err).Error(),
			Fix:      "name another file, or none for the defaults",
		})
		return policy.Unread(in.Policy), nil, problems
	}
	checked, problems := policy.Load(in.Policy, source)
	return checked, source, problems
}

// With are the same inputs with another policy and other dependencies.
func (l *Loaded) With(checked *policy.Policy, dependencies []Dependency) *Loaded {
	with := *l
	with.Checked, with.Dependencies = checked, dependencies
	return &with
}

// WithProtos are the same inputs with the protos of the tree and of the dependencies.
func (l *Loaded) WithProtos(ctx context.Context) (*Loaded, diag.List) {
	with := *l
	var problems diag.List
	switch {
	case l.Request != nil:
		with.Set, problems = l.requested()
	case l.Joint != nil:
		with.Set = l.Joint.Part(l.Protos, l.protoDependencies())
	default:
		with.Set, problems = protoload.Load(ctx, l.loading())
	}
	return &with, problems
}

func (l *Loaded) loading() protoload.Options {
	options := protoload.Options{
		View: l.View, Files: l.Protos, ImportPaths: l.ImportPaths, Dependencies: l.protoDependencies(), Command: l.command(), Skip: l.isCopies, Replaced: l.replaced,
	}
	if l.Plugin != nil {
		options.Managed = l.Plugin.Managed
	}
	return options
}

// command gives the tree its import paths where the run makes several trees, so that no flag of its own can.
func (l *Loaded) command() string {
	if l.Sibling == nil || len(l.Protos) == 0 {
		return ""
	}
	command := fmt.Sprintf("msgen generate %s -o %s", strings.Join(l.Protos, " "), l.Out)
	if l.Policy != "" && filepath.Dir(l.Policy) != filepath.Dir(l.Protos[0]) {
		command += " -p " + l.Policy
	}
	return command
}

// isCopies reports whether a folder holds what a tree has copied of the protos that made it.
func (l *Loaded) isCopies(dir string) bool {
	return filepath.Base(dir) == CopiesDir && l.View.Exists(filepath.Join(filepath.Dir(dir), filepath.FromSlash(state.Path)))
}

// requested are the protos of a request, with the protos of the dependencies found among them. Its targets have these too, so
// that the request has them; they stay targets where the policy says that the tree serves what they declare.
func (l *Loaded) requested() (*protoload.Set, diag.List) {
	set := *l.Request
	dependencies, problems := set.FindDependencies(l.protoDependencies())
	set.Dependencies = dependencies
	own := slices.DeleteFunc(slices.Clone(set.Targets), func(name string) bool {
		return slices.Contains(dependencies, name) && !slices.ContainsFunc(set.Services(name), func(service string) bool {
			return slices.Contains(l.Checked.Service.Hosts, service)
		})
	})
	if l.System != "" { // of the gateway's own protos, since the others are services that it passes calls on to
		set.Targets = slices.DeleteFunc(own, func(name string) bool { return !l.isOwn(&set, name) })
	} else if len(own) > 0 {
		set.Targets = own
	}
	return &set, problems
}

// isOwn reports whether a proto stands in the tree, and msgen has not copied it there.
func (l *Loaded) isOwn(set *protoload.Set, name string) bool {
	source, _ := set.Source(name)
	inTree := l.Relative(source.Path)
	return filepath.IsLocal(filepath.FromSlash(inTree)) && !IsCopy(l.Memory, inTree)
}

// Serves reports whether the tree serves what a proto declares: it is a target of the run, or a gateway forwards its calls.
func (l *Loaded) Serves(proto string) bool {
	if slices.Contains(l.Set.Targets, proto) {
		return true
	}
	i := slices.Index(l.Set.Dependencies, proto)
	return i >= 0 && l.Dependencies[i].Forwarded
}

// OthersProtos are the names of the protos that nothing which the tree serves is in or imports, sorted: dependencies alone need
// them. A run that has parsed nothing goes by what the tree remembers of them.
func (l *Loaded) OthersProtos() []string {
	if len(l.Dependencies) == 0 {
		return nil
	}
	if len(l.Set.Files) == 0 {
		return l.Memory.Inputs.OthersProtos
	}
	own := map[string]bool{}
	for _, file := range slices.Backward(l.Set.Files) { // importers before imports
		if l.Serves(file.GetName()) || own[file.GetName()] {
			own[file.GetName()] = true
			for _, imported := range file.GetDependency() {
				own[imported] = true
			}
		}
	}
	var names []string
	for name := range l.Set.Sources() {
		if !own[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (l *Loaded) protoDependencies() []protoload.Dependency {
	var dependencies []protoload.Dependency
	for _, d := range l.Dependencies {
		dependencies = append(dependencies, protoload.Dependency{File: d.Proto.Path, At: d.At, Key: d.Key, ImportPaths: l.rootsOf(d)})
	}
	return dependencies
}
