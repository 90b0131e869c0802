package cli

import (
	"errors"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

const (
	checkFlag     = "check"
	diffFlag      = "diff"
	overwriteFlag = "overwrite-generated"
	conflictFlag  = "conflict"
	restoreFlag   = "restore"
	breakingFlag  = "allow-breaking"
)

// What becomes of a conflict: the run stops at it, or writes it into the file.
const (
	conflictStop    = "stop"
	conflictMarkers = "markers"
)

func generateCommand() *urfave.Command {
	return &urfave.Command{
		Name:  "generate",
		Usage: "make a service from protos and a policy, or bring one up to date",
		UsageText: `msgen generate PROTO... [-p FILE] [-I DIR]... [-o DIR] [--check | --diff]
msgen generate                                  in a tree that msgen made: from the same inputs
msgen generate SYSTEM [--check]                 every service of a system file
msgen generate --all DIR [--check]              every tree below a folder`,
		Description: `Everything is planned before anything is written. Files that you edited are never overwritten:
your changes and msgen's are merged where a file is shared, and your Go gets what an RPC needs and
is left alone otherwise. If a file is in the way of its new text, or two changes contradict each
other, nothing is written, and you are told what to do. A file that you deleted stays deleted.

A system file names the folders of services, each with policy.yaml and protos. Their trees are
written there, unless check finds errors in one of them or in how they call each other.

Examples:
  msgen generate greeter.proto -o ../greeter    make the service
  msgen generate -o ../greeter                  after a change of the proto or the policy
  msgen generate msgen.system.yaml              all services of a system
  msgen generate --check                        in CI: exit 3 if the tree is not up to date`,
		Flags: append(inputFlags(),
			&urfave.BoolFlag{Name: checkFlag, Usage: "write nothing, list what differs, exit 3 if anything does"},
			&urfave.BoolFlag{Name: diffFlag, Usage: "write nothing, show what differs, exit 3 if anything does"},
			&urfave.BoolFlag{Name: overwriteFlag, Usage: "replace generated files that were edited by hand"},
			&urfave.StringFlag{
				Name: conflictFlag, Value: conflictStop,
				Usage: "at a merge conflict `stop|markers` (default: stop)",
			},
			&urfave.PathFlag{Name: allFlag, Usage: "bring every tree at and below `DIR` up to date, several at a time"},
			&urfave.BoolFlag{Name: breakingFlag, Usage: "go on although a change of the protos breaks callers"},
			&urfave.StringSliceFlag{Name: restoreFlag, KeepSpace: true, Usage: "bring back the deleted file `PATH` of the tree; repeatable"},
		),
		Action: interruptible(runGenerate),
	}
}

func runGenerate(c *urfave.Context) error {
	if c.Bool(checkFlag) && c.Bool(diffFlag) {
		return usagef(c.Command, "--%s and --%s exclude each other", checkFlag, diffFlag)
	}
	opts, err := options(c)
	if err != nil {
		return err
	}
	if err := checkConflict(c); err != nil {
		return err
	}
	opts.OverwriteGenerated = c.Bool(overwriteFlag)
	opts.Markers = c.String(conflictFlag) == conflictMarkers
	opts.AllowBreaking = c.Bool(breakingFlag)
	opts.Restore = c.StringSlice(restoreFlag)
	opts.Full = c.Bool(checkFlag) || c.Bool(diffFlag)
	if file := systemFile(c); file != "" {
		return runSystem(c, file, opts)
	}
	if c.IsSet(allFlag) {
		return runAll(c, opts)
	}
	if !opts.Full {
		if err := generator.Recover(opts.Out); err != nil {
			return err
		}
	}
	tree, err := generator.Plan(c.Context, opts)
	if err != nil {
		return err
	}
	if err := printProblems(c.App.ErrWriter, format(c), tree.Warnings); err != nil {
		return err
	}
	switch {
	case c.Bool(checkFlag):
		return checkTree(c, tree)
	case c.Bool(diffFlag):
		return diffTree(c, tree)
	default:
		return writeTree(c, opts, tree)
	}
}

func checkConflict(c *urfave.Context) error {
	ways := []string{conflictStop, conflictMarkers}
	if way := c.String(conflictFlag); !slices.Contains(ways, way) {
		return usagef(c.Command, "unknown way to treat a conflict %q, want %s%s", way, strings.Join(ways, ", "), didYouMean(way, ways))
	}
	return nil
}

// writeTree performs the plan. When another run has been faster, it plans anew.
func writeTree(c *urfave.Context, opts generator.Options, tree *generator.Tree) error {
	for {
		err := writeOnce(c, tree)
		if _, stale := errors.AsType[*generator.StaleError](err); !stale {
			return err
		}
		if tree, err = generator.Plan(c.Context, opts); err != nil {
			return err
		}
	}
}

func writeOnce(c *urfave.Context, tree *generator.Tree) error {
	s := summarize(tree)
	if s.stopped() {
		if err := s.print(c, ""); err != nil {
			return err
		}
		return refusal(tree)
	}
	if err := c.Err(); err != nil {
		return err // the last moment: a write goes through to its end
	}
	if err := tree.Write(); err != nil {
		return err
	}
	if err := s.print(c, s.text()); err != nil {
		return err
	}
	return marked(tree)
}

func checkTree(c *urfave.Context, tree *generator.Tree) error {
	s := summarize(tree)
	if !s.drifted() {
		return s.print(c, s.headline()+"\n")
	}
	if err := s.print(c, ""); err != nil {
		return err
	}
	return drift(tree, commandLine(c))
}

// diffTree prints nothing but the diff, so that it can be piped; refusals and conflicts, whose diff is in it too, say why
// on stderr. For programs, each change carries its part of the diff.
func diffTree(c *urfave.Context, tree *generator.Tree) error {
	s := summarize(tree)
	if format(c) == diag.JSON {
		s.Changes = tree.Diffs()
		if err := s.print(c, ""); err != nil {
			return err
		}
	} else if err := tree.Diff(c.App.Writer, coloured(c.App.Writer)); err != nil {
		return err
	}
	if !s.drifted() {
		return nil
	}
	problems, _ := refused(tree)
	return &driftError{problems: problems}
}
