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
	for _, change := range tree.Changes() {
		at := diag.Position{File: pathIn(tree, change)}
		switch change.Action {
		case generator.Create:
			problems = append(problems, diag.Problem{Position: at, Message: "is missing"})
		case generator.Update:
			problems = append(problems, diag.Problem{Position: at, Message: "is out of date"})
		case generator.Remove:
			problems = append(problems, diag.Problem{Position: at, Message: "is no longer generated"})
		case generator.Refuse:
			problems = append(problems, refusedProblem(tree, change))
		}
	}
	verb := "differ"
	if len(problems) == 1 {
		verb = "differs"
	}
	return closing(problems, diag.Problem{
		Message: fmt.Sprintf("%s %s from what msgen generates", counted(len(problems), "file"), verb),
		Fix:     fmt.Sprintf("run %q", mend),
	})
}

// refusal is what a run finds that must not write: the paths in the way, each with its way out.
func refusal(tree *generator.Tree) error {
	return closing(refused(tree), diag.Problem{Message: "nothing was written"})
}

// closing ends the problems with one about them all.
func closing(problems []diag.Problem, last diag.Problem) error {
	problems = append(problems, last)
	for i := range problems {
		problems[i].Severity = diag.Error
	}
	return &driftError{problems: problems}
}

func refused(tree *generator.Tree) []diag.Problem {
	var problems []diag.Problem
	for _, change := range tree.Changes() {
		if change.Action == generator.Refuse {
			problems = append(problems, refusedProblem(tree, change))
		}
	}
	return problems
}

func refusedProblem(tree *generator.Tree, change generator.Change) diag.Problem {
	return diag.Problem{
		Position: diag.Position{File: pathIn(tree, change)},
		Severity: diag.Error,
		Message:  change.Reason,
		Fix:      change.Fix,
	}
}

// pathIn is the changed path as the working directory sees it.
func pathIn(tree *generator.Tree, change generator.Change) string {
	return filepath.Join(tree.Dir, filepath.FromSlash(change.Path))
}
