package cli

import (
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"
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

Without a proto, the run takes the inputs that the tree was made from, or the one proto of a
folder without a tree. It warns when the original of a copied input has changed, and of protos that
have come next to the ones it knows.

A system file names the folders of services, each with policy.yaml and protos. Their trees are
written there, unless check finds errors in one of them or in how they call each other.

Examples:
  msgen generate greeter.proto -o ../greeter    make the service
  msgen generate -o ../greeter                  after a change of the proto or the policy
  msgen generate msgen.system.yaml              all services of a system
  msgen generate --check                        in CI: exit 3 if the tree is not up to date`,
		Flags: slices.Concat(inputFlags(), writingFlags(), []urfave.Flag{
			&urfave.StringFlag{
				Name: conflictFlag, Value: conflictStop,
				Usage: "at a merge conflict `stop|markers` (default: stop)",
			},
			&urfave.PathFlag{Name: allFlag, Usage: "bring every tree at and below `DIR` up to date, several at a time"},
			&urfave.BoolFlag{Name: breakingFlag, Usage: "go on although a change of the protos breaks callers"},
			&urfave.StringSliceFlag{Name: restoreFlag, KeepSpace: true, Usage: "bring back the deleted file `PATH` of the tree; repeatable"},
		}),
		Action: interruptible(runGenerate),
	}
}

func runGenerate(c *urfave.Context) error {
	if err := checkWriting(c); err != nil {
		return err
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
	opts.Full, opts.Edits = writesNothing(c), c.Bool(checkFlag)
	opts.Locks = locksOf(c)
	if file := systemFile(c); file != "" {
		return runSystem(c, file, opts)
	}
	if c.IsSet(allFlag) {
		return runAll(c, opts)
	}
	results, _, err := perform(c, oneTree(opts), opts.Locks)
	if err != nil {
		return err
	}
	return end(c, results[0])
}

// writingFlags say whether a command writes, and over what.
func writingFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.BoolFlag{Name: checkFlag, Usage: "write nothing, list what differs, exit 3 if anything does"},
		&urfave.BoolFlag{Name: diffFlag, Usage: "write nothing, show what differs, exit 3 if anything does"},
		&urfave.BoolFlag{Name: overwriteFlag, Usage: "replace generated files that were edited by hand"},
	}
}

func checkWriting(c *urfave.Context) error {
	if c.Bool(checkFlag) && c.Bool(diffFlag) {
		return usagef(c.Command, "--%s and --%s exclude each other", checkFlag, diffFlag)
	}
	return nil
}

func checkConflict(c *urfave.Context) error {
	ways := []string{conflictStop, conflictMarkers}
	if way := c.String(conflictFlag); !slices.Contains(ways, way) {
		return usagef(c.Command, "unknown way to treat a conflict %q, want %s%s", way, strings.Join(ways, ", "), didYouMean(way, ways))
	}
	return nil
}
