package generator

import (
	"fmt"
	"io"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// Tree is a planned run: what becomes of each path of one emitted service.
type Tree struct {
	Dir      string         // root of the tree, relative to the working directory or absolute
	Name     string         // of the service
	Warnings []diag.Problem // about the inputs, sorted
	Notes    []string       // decisions of msgen's that the user should know of, one sentence each
	Next     []string       // commands that the tree needs before it builds; usually none

	plan   *plan.Plan
	seen   *disk.Tree
	view   *disk.View
	system string // the folder of the system that the run is for, which is locked with its trees; empty: of none
}

// Action is what becomes of one path.
type Action string

// The actions. Only Create, Update, Merge and Remove touch the disk; one Refuse or Conflict means that nothing is
// written.
const (
	Create   Action = Action(plan.Create)
	Same     Action = Action(plan.Same)
	Update   Action = Action(plan.Update)
	Merge    Action = Action(plan.Merge)
	Keep     Action = Action(plan.Keep)
	Remove   Action = Action(plan.Remove)
	Orphan   Action = Action(plan.Orphan)
	Refuse   Action = Action(plan.Refuse)
	Conflict Action = Action(plan.Conflict)
)

// Change is what becomes of one path, and why where there is something to tell.
type Change struct {
	Path   string `json:"path"` // slash-separated, relative to the root of the tree
	Action Action `json:"action"`
	Owner  string `json:"owner"` // generated, merged or yours
	Reason string `json:"reason,omitempty"`
	Fix    string `json:"fix,omitempty"`

	// Conflicts are the lines of the file on disk, from 1, that its user and msgen have changed in different ways, or at
	// which a conflict begins that is not resolved.
	Conflicts []int  `json:"conflicts,omitempty"`
	Diff      string `json:"diff,omitempty"` // see [Tree.Diffs]
}

// Changes lists every path of the tree, sorted, the unchanged ones too.
func (t *Tree) Changes() []Change {
	changes := make([]Change, len(t.plan.Actions))
	for i, a := range t.plan.Actions {
		changes[i] = changeOf(a)
	}
	return changes
}

func changeOf(a plan.Action) Change {
	return Change{
		Path: a.Path, Action: Action(a.Kind), Owner: string(a.Owner), Reason: a.Reason, Fix: a.Fix, Conflicts: a.Conflicts,
	}
}

// Diffs lists the paths that the run would change, each with its part of [Tree.Diff].
func (t *Tree) Diffs() []Change {
	changes := []Change{}
	for _, a := range t.plan.Changes() {
		change := changeOf(a)
		change.Diff = a.Diff()
		changes = append(changes, change)
	}
	return changes
}

// Diff writes what the run would change as a unified diff, which git apply takes; with colours, for a terminal.
func (t *Tree) Diff(w io.Writer, colours bool) error { return t.plan.Diff(w, colours) }

// refused is a [RefusedError] when the plan must not be performed.
func (t *Tree) refused() error {
	var refused RefusedError
	for _, action := range t.plan.Refused() {
		refused.Changes = append(refused.Changes, changeOf(action))
	}
	if len(refused.Changes) == 0 {
		return nil
	}
	return &refused
}

// StaleError is a tree that something, another run perhaps, has changed since it was planned. Nothing was written.
type StaleError struct{ Path string }

// Error names the path and says what to do.
func (e *StaleError) Error() string { return (&write.StaleError{Path: e.Path}).Error() }

// RefusedError says which paths stand in the way of a run.
type RefusedError struct{ Changes []Change }

// Error is the paths with their reasons and ways out, one a line.
func (e *RefusedError) Error() string {
	lines := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		lines[i] = fmt.Sprintf("%s %s; %s", c.Path, c.Reason, c.Fix)
	}
	return strings.Join(lines, "\n")
}
