package inputs

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// recorded is how a compiler has the tree made, with the folder that it runs in.
func (in *Settled) recorded(by state.Plugin) *state.Plugin {
	if in.Out != "" && in.runsInside() {
		by.Dir = in.Relative(in.View.Dir())
	}
	return &by
}

// runsInside reports whether the working directory is where the tree has it on every machine: in the repository of the tree, or
// around the tree where there is none.
func (in *Settled) runsInside() bool {
	if _, ok := in.View.Above(in.Root(), ".git"); ok {
		return in.SameRepository(in.View.Dir())
	}
	return inside(in.View.Dir(), in.Root())
}

// Placed are the same inputs with the policy in the module that the plugin's option names; the list says where the two
// contradict each other.
func (l *Loaded) Placed() (*Loaded, diag.List) {
	var problems diag.List
	if l.Plugin == nil || l.Plugin.Module == "" || l.Checked == nil {
		return l, problems
	}
	if named := l.Checked.Service.Module; named != "" && named != l.Plugin.Module {
		problems.Add(diag.Problem{
			Position: l.Checked.At("service.module"),
			Message:  "service.module: not the module that the plugin option names",
			Found:    named,
			Want:     fmt.Sprintf("%q", l.Plugin.Module),
			Fix:      "leave one of the two out",
		})
	}
	return l.With(l.Checked.InModule(l.Plugin.Module), l.Dependencies), problems
}

// UnreadError is a tree that a run without protos cannot regenerate: only the compiler has them.
type UnreadError struct{ Problem diag.Problem }

// Error is the problem with the way out.
func (e *UnreadError) Error() string { return e.Unwrap().Error() }

// Unwrap makes it a [diag.ListError], as all problems of inputs are.
func (e *UnreadError) Unwrap() error { return problem(e.Problem) }

// withoutText is the problem of a tree whose protos stand in no file that a run could read: buf has some in modules of its
// own, and protoc makes descriptors of what it is given.
func (in *Settled) withoutText() diag.Problem {
	made := in.Memory.Inputs.Plugin
	p := diag.Problem{
		Position: diag.Position{File: in.FromTree(state.Path)},
		Message:  made.Compiler + " made the tree from protos that are in no file here, so that msgen cannot read them",
		Fix:      "run the command of " + made.Compiler + " that made it",
	}
	if remake := made.Remake(); remake != "" {
		p.Fix = "run " + remake + " in the folder of the tree"
	}
	return p
}
