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
	for _, change := range tree.Changes() {
		p, differs := problemOf(tree, change)
		if differs {
			problems = append(problems, p)
		}
		if change.Action == generator.Refuse {
			fix = fmt.Sprintf("settle what is in the way, then run `%s`", mend)
		}
	}
	verb := "differ"
	if len(problems) == 1 {
		verb = "differs"
	}
	return &driftError{append(problems, diag.Problem{
		Severity: diag.Error,
		Message:  fmt.Sprintf("%s %s from what msgen generates", counted(len(problems), "file"), verb),
		Fix:      fix,
	})}
}

// problemOf is what is wrong at a path; differs is false for one that is as it should be.
func problemOf(tree *generator.Tree, change generator.Change) (p diag.Problem, differs bool) {
	p.Severity = diag.Error
	p.File = filepath.Join(tree.Dir, filepath.FromSlash(change.Path))
	switch change.Action {
	case generator.Create:
		p.Message = "is missing"
	case generator.Update:
		p.Message = "is out of date"
	case generator.Remove:
		p.Message = "is no longer generated"
	case generator.Refuse:
		p.Message, p.Fix = change.Reason, change.Fix
	default:
		return diag.Problem{}, false
	}
	return p, true
}

// refusal is what a run finds that must not write: the paths in the way, each with its way out.
func refusal(tree *generator.Tree) error {
	return &driftError{append(refused(tree), diag.Problem{Severity: diag.Error, Message: "nothing was written"})}
}

func refused(tree *generator.Tree) []diag.Problem {
	var problems []diag.Problem
	for _, change := range tree.Changes() {
		if change.Action == generator.Refuse {
			p, _ := problemOf(tree, change)
			problems = append(problems, p)
		}
	}
	return problems
}
