package cli

import (
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator/diag"
)

// end prints what became of a tree that is the only one, and ends as it did.
func end(c *urfave.Context, o result) error {
	if err := printProblems(c.App.ErrWriter, format(c), o.warnings); err != nil {
		return err
	}
	switch {
	case o.err != nil && exitCode(o.err) == exitFailed:
		return o.err
	case c.Bool(diffFlag):
		return endDiff(c, o)
	}
	text := ""
	if o.told() {
		text = o.summary.text()
	}
	if c.Bool(checkFlag) && text != "" {
		text = o.summary.headline() + "\n"
	}
	if err := o.summary.write(c, text); err != nil {
		return err
	}
	return o.err
}

// endDiff prints nothing but the diff, so that it can be piped; refusals and conflicts, whose diff is in it too, say why
// on stderr. For programs, each change carries its part of the diff.
func endDiff(c *urfave.Context, o result) error {
	if format(c) == diag.JSON {
		o.summary.Changes = o.tree.Diffs()
		if err := o.summary.write(c, ""); err != nil {
			return err
		}
		return o.err
	}
	if err := o.tree.Diff(c.App.Writer, coloured(c.App.Writer)); err != nil {
		return err
	}
	return o.err
}

// told reports whether the summary says what was done: not of a run that was stopped.
func (o result) told() bool {
	return o.err == nil || exitCode(o.err) == exitConflict && !o.summary.stopped() // markers were written
}

// endAll prints what became of each tree, and ends as the worst of them: failed, in conflict, drifted.
func endAll(c *urfave.Context, runs []result) error {
	var worst error
	summaries := []summary{}
	var text strings.Builder
	counts := map[string]int{}
	for _, o := range runs {
		if err := printProblems(c.App.ErrWriter, format(c), o.warnings); err != nil {
			return err
		}
		report(c.App.ErrWriter, format(c), o.err)
		if severity(o.err) > severity(worst) {
			worst = o.err
		}
		if o.told() {
			text.WriteString(o.summary.text())
		}
		counts[o.fate()]++
		summaries = append(summaries, o.summary)
	}
	if format(c) == diag.JSON {
		if err := diag.WriteJSON(c.App.Writer, map[string]any{"trees": summaries}); err != nil {
			return err
		}
	} else if _, err := fmt.Fprintf(c.App.Writer, "%s%s: %s\n", text.String(), counted(len(runs), "tree"), fates(counts)); err != nil {
		return err
	}
	if worst == nil {
		return nil
	}
	return &toldError{worst}
}

// fate is one word for a run.
func (o result) fate() string {
	switch {
	case o.err != nil && exitCode(o.err) == exitFailed:
		return "failed"
	case o.err != nil && exitCode(o.err) == exitConflict:
		return "in conflict"
	case o.err != nil:
		return "out of date"
	case o.summary.drifted():
		return "changed"
	default:
		return "up to date"
	}
}

func fates(counts map[string]int) string {
	var parts []string
	for _, fate := range []string{"changed", "up to date", "out of date", "in conflict", "failed"} {
		if n := counts[fate]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, fate))
		}
	}
	return strings.Join(parts, ", ")
}

// severity orders the exit codes: a failure counts for more than a conflict, and that for more than drift.
func severity(err error) int {
	switch exitCode(err) {
	case exitDone:
		return 0
	case exitDrift:
		return 1
	case exitConflict:
		return 2
	default:
		return 3
	}
}
