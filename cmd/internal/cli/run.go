package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	urfave "github.com/urfave/cli/v2"
	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// task is what is planned and written together: one tree, or the trees of a system.
type task func(ctx context.Context) ([]*generator.Tree, []diag.Problem, error)

// result is what became of one tree.
type result struct {
	tree     *generator.Tree // nil: nothing was planned
	summary  summary
	warnings []diag.Problem
	err      error // as the run of this tree alone ends
}

// oneTree plans the tree that the options name.
func oneTree(opts generator.Options) task {
	return func(ctx context.Context) ([]*generator.Tree, []diag.Problem, error) {
		tree, err := generator.Plan(ctx, opts)
		return []*generator.Tree{tree}, nil, err
	}
}

// wholeRuntime plans the tree of a runtime.
func wholeRuntime(opts generator.Options, module string) task {
	return func(ctx context.Context) ([]*generator.Tree, []diag.Problem, error) {
		tree, err := generator.PlanRuntime(ctx, opts, module)
		return []*generator.Tree{tree}, nil, err
	}
}

// allTrees plans every tree of a system.
func allTrees(file string, opts generator.Options) task {
	return func(ctx context.Context) ([]*generator.Tree, []diag.Problem, error) {
		system, err := generator.PlanSystem(ctx, file, opts)
		if err != nil {
			return nil, nil, err
		}
		return system.Trees, system.Warnings, nil
	}
}

// perform plans a task and does with it what the flags say. It plans again when something has changed a file meanwhile that
// the plan follows from, and finishes first what a killed run has left.
func perform(c *urfave.Context, t task, locks generator.Locks) ([]result, []diag.Problem, error) {
	for {
		results, warnings, err := attempt(c, t, locks)
		if _, stale := errors.AsType[*generator.StaleError](err); stale {
			continue
		}
		interrupted, ok := errors.AsType[*generator.InterruptedError](err)
		if !ok || writesNothing(c) {
			return results, warnings, err
		}
		if err := generator.Recover(c.Context, interrupted.Dir, locks); err != nil {
			return nil, nil, err
		}
	}
}

// attempt performs a task once.
func attempt(c *urfave.Context, t task, locks generator.Locks) ([]result, []diag.Problem, error) {
	trees, warnings, err := t(c.Context)
	if err != nil {
		return nil, nil, err
	}
	results := make([]result, len(trees))
	for i, tree := range trees {
		results[i] = result{tree: tree, summary: summarize(tree), warnings: tree.Warnings}
	}
	if writesNothing(c) {
		for i := range results {
			results[i].err = compared(c, results[i])
		}
		return results, warnings, nil
	}
	errs, err := generator.Write(c.Context, trees, locks)
	if err != nil {
		return nil, nil, err
	}
	for i, tree := range trees {
		if _, stale := errors.AsType[*generator.StaleError](errs[i]); stale {
			return nil, nil, errs[i]
		}
		results[i].err = written(tree, errs[i])
	}
	return results, warnings, nil
}

// writesNothing reports whether the run only says what it would do.
func writesNothing(c *urfave.Context) bool { return c.Bool(checkFlag) || c.Bool(diffFlag) }

// compared is how a run ends that only says what it would do to a tree.
func compared(c *urfave.Context, o result) error {
	switch {
	case !o.summary.drifted():
		return nil
	case c.Bool(diffFlag):
		problems, _ := refused(o.tree)
		return &driftError{problems: problems}
	default:
		return drift(o.tree, remake(c, o.tree))
	}
}

// remake is the command that brings a tree up to date: the compiler's that made it, or the one of the run, which alone can
// remove files.
func remake(c *urfave.Context, tree *generator.Tree) string {
	removes := slices.ContainsFunc(tree.Changes(), func(change generator.Change) bool { return change.Action == generator.Remove })
	if tree.Remake != "" && !removes {
		return inDir(tree.Dir, tree.Remake)
	}
	return commandLine(c)
}

// written is how a run ends that has written a tree, or could not.
func written(tree *generator.Tree, err error) error {
	if _, stopped := errors.AsType[*generator.RefusedError](err); stopped {
		return refusal(tree)
	}
	if err != nil {
		return err
	}
	return marked(tree)
}

// performEach performs the tasks of several folders, some at a time. A task that fails is an result too.
func performEach(c *urfave.Context, dirs []string, taskOf func(dir string) task, locks generator.Locks) []result {
	results := make([][]result, len(dirs))
	tell := progress(c.App.ErrWriter, len(dirs))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		group.Go(func() error {
			defer tell()
			var err error
			if results[i], _, err = perform(c, taskOf(dir), locks); err != nil {
				results[i] = []result{{summary: summary{Dir: dir}, err: err}}
			}
			return nil
		})
	}
	_ = group.Wait() // each result has its own error
	return slices.Concat(results...)
}

// locksOf say how a run waits for others, and tell its user.
func locksOf(c *urfave.Context) generator.Locks {
	var printing sync.Mutex
	return generator.Locks{
		Command: commandLine(c),
		Waiting: func(dir, holder string) {
			if format(c) != diag.Text {
				return
			}
			printing.Lock()
			defer printing.Unlock()
			_, _ = fmt.Fprintf(c.App.ErrWriter, "waiting for %s, which writes to %s\n", diag.Printable(holder), diag.Printable(dir))
		},
	}
}
