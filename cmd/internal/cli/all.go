package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	urfave "github.com/urfave/cli/v2"
	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

const allFlag = "all"

// treeRun is what became of one tree of many.
type treeRun struct {
	summary  summary
	warnings []diag.Problem
	err      error // as the run of that tree alone would have ended
}

// runAll generates every tree below a folder, several at a time, and reports once, in the order of their paths.
func runAll(c *urfave.Context, opts generator.Options) error {
	for _, flagName := range []string{policyFlag, protoPathFlag, outFlag, restoreFlag, diffFlag} {
		if c.IsSet(flagName) {
			return usagef(c.Command, "--%s and --%s exclude each other", allFlag, flagName)
		}
	}
	if c.Args().Present() {
		return usagef(c.Command, "unexpected argument %q: with --%s, each tree says what makes it", c.Args().First(), allFlag)
	}
	dirs, err := treesBelow(c.Path(allFlag))
	if err != nil {
		return err
	}
	runs := make([]treeRun, len(dirs))
	tell := progress(c.App.ErrWriter, len(dirs))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		group.Go(func() error {
			one := opts
			one.Out = dir
			runs[i] = runTree(c, one)
			tell()
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	return reportAll(c, runs)
}

// treesBelow finds the folders at and below dir that msgen has written a tree to, sorted.
func treesBelow(dir string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case strings.HasPrefix(entry.Name(), ".") && name != dir:
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(name, ".msgen", "state.json")); err == nil {
			dirs = append(dirs, name)
		}
		return nil
	})
	if err == nil && len(dirs) == 0 {
		err = fmt.Errorf("no tree of msgen's below %s: want folders with .msgen/state.json", dir)
	}
	return dirs, err
}

// runTree is the run of one tree, without a word.
func runTree(c *urfave.Context, opts generator.Options) treeRun {
	if !opts.Full {
		if err := generator.Recover(opts.Out); err != nil {
			return treeRun{summary: summary{Dir: opts.Out}, err: err}
		}
	}
	for {
		tree, err := generator.Plan(c.Context, opts)
		if err != nil {
			return treeRun{summary: summary{Dir: opts.Out}, err: err}
		}
		o := endTree(c, tree)
		if _, stale := errors.AsType[*generator.StaleError](o.err); !stale {
			return o
		}
	}
}

// endTree does with one planned tree of many what the flags say.
func endTree(c *urfave.Context, tree *generator.Tree) treeRun {
	o := treeRun{summarize(tree), tree.Warnings, nil}
	switch {
	case c.Bool(checkFlag):
		if o.summary.drifted() {
			o.err = drift(tree, commandLine(c))
		}
	case o.summary.stopped():
		o.err = refusal(tree)
	default:
		if o.err = tree.Write(); o.err == nil {
			o.err = marked(tree)
		}
	}
	return o
}

// progress returns a function that says how many of n are done; on a terminal alone, where a line can be written over.
func progress(w io.Writer, n int) func() {
	if !coloured(w) {
		return func() {}
	}
	var done atomic.Int64
	return func() {
		now := done.Add(1)
		line := fmt.Sprintf("\r%d of %d trees", now, n)
		if now == int64(n) {
			line = "\r" + strings.Repeat(" ", len(line)) + "\r"
		}
		_, _ = io.WriteString(w, line)
	}
}

// reportAll prints what became of each tree, and ends as the worst of them: failed, in conflict, drifted.
func reportAll(c *urfave.Context, runs []treeRun) error {
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
		if o.err == nil || exitCode(o.err) == exitConflict && !o.summary.stopped() { // markers were written
			text.WriteString(o.summary.text())
		}
		counts[o.fate()]++
		summaries = append(summaries, o.summary)
	}
	if format(c) == diag.JSON {
		if err := json.NewEncoder(c.App.Writer).Encode(map[string]any{"trees": summaries}); err != nil {
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
func (o treeRun) fate() string {
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
