package cli

import (
	"fmt"
	"path/filepath"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// drift is what --check finds: every path that differs from what msgen generates, and the command that mends it.
func drift(tree *generator.Tree, mend string) error {
	var problems []diag.Problem
	fix := fmt.Sprintf("run `%s`", mend)
	files := 0
	for _, change := range tree.Changes() {
		p, differs := problemOf(tree, change)
		if differs {
			problems = append(problems, placed(p, change)...)
			files++
		}
		if stops(change) {
			fix = fmt.Sprintf("settle what is in the way, then run `%s`", mend)
		}
	}
	verb := "differ"
	if files == 1 {
		verb = "differs"
	}
	return &driftError{problems: append(problems, diag.Problem{
		Severity: diag.Error,
		Message:  fmt.Sprintf("%s %s from what msgen generates", counted(files, "file"), verb),
		Fix:      fix,
	})}
}

// stops reports whether a change keeps a run from writing.
func stops(change generator.Change) bool {
	return change.Action == generator.Refuse || change.Action == generator.Conflict
}

// placed is the problem at each line that it is about.
func placed(p diag.Problem, change generator.Change) []diag.Problem {
	if len(change.Conflicts) == 0 {
		return []diag.Problem{p}
	}
	problems := make([]diag.Problem, len(change.Conflicts))
	for i, line := range change.Conflicts {
		problems[i] = p
		problems[i].Line = line
	}
	return problems
}

// problemOf is what is wrong at a path; differs is false for one that is as it should be.
func problemOf(tree *generator.Tree, change generator.Change) (p diag.Problem, differs bool) {
	p.Severity = diag.Error
	p.File = filepath.Join(tree.Dir, filepath.FromSlash(change.Path))
	switch change.Action {
	case generator.Create:
		p.Message = "is missing"
	case generator.Update, generator.Merge:
		p.Message = "is out of date"
	case generator.Remove:
		p.Message = "is no longer generated"
	case generator.Refuse, generator.Conflict:
		p.Message, p.Fix = change.Reason, change.Fix
	default:
		return diag.Problem{}, false
	}
	return p, true
}

// refusal is what a run finds that must not write: the paths in the way, each with its way out.
func refusal(tree *generator.Tree) error {
	problems, conflict := refused(tree)
	return &driftError{append(problems, diag.Problem{Severity: diag.Error, Message: "nothing was written"}), conflict}
}

// marked is what a run leaves to a person that has written conflict markers; nil for any other.
func marked(tree *generator.Tree) error {
	var problems []diag.Problem
	for _, change := range tree.Changes() {
		if change.Action == generator.Merge && len(change.Conflicts) > 0 {
			problems = append(problems, diag.Problem{
				Position: diag.Position{File: filepath.Join(tree.Dir, filepath.FromSlash(change.Path))},
				Severity: diag.Error, Message: change.Reason, Fix: change.Fix,
			})
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &driftError{problems, true}
}

// refused is the problems of the paths that stand in the way; conflict tells of a merge among them.
func refused(tree *generator.Tree) (problems []diag.Problem, conflict bool) {
	for _, change := range tree.Changes() {
		if stops(change) {
			p, _ := problemOf(tree, change)
			problems = append(problems, placed(p, change)...)
			conflict = conflict || change.Action == generator.Conflict
		}
	}
	return problems, conflict
}
