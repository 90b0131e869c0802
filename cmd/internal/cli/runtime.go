package cli

import (
	"slices"

	urfave "github.com/urfave/cli/v2"
)

func runtimeCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "runtime",
		Usage:     "make the runtime as a tree of its own, for several services",
		UsageText: "msgen runtime -o DIR [--module MODULE] [--check | --diff]",
		Description: `Writes the packages that no proto and no policy changes: balancing, retries, the server's limits,
discovery, events, metrics. A policy names them by service.runtime, as a folder or as an import
path, and its tree imports them in place of having its own. In a folder without a go.mod around
it, the runtime is a Go module of its own. It is a tree like others: msgen generate, check and
status work in the folder. For services of one Go module, runtime in a system file makes a
runtime of what they need.

Example:
  msgen runtime -o ../runtime --module example.com/platform/runtime`,
		Flags: slices.Concat([]urfave.Flag{
			&urfave.PathFlag{Name: outFlag, Aliases: []string{"o"}, Usage: "the folder `DIR` of the runtime"},
			&urfave.StringFlag{Name: moduleFlag, Usage: "the Go `MODULE` (default: around DIR, or example.com/NAME)"},
		}, writingFlags(), []urfave.Flag{summaryFormatFlag()}),
		Action: interruptible(runRuntime),
	}
}

func runRuntime(c *urfave.Context) error {
	if err := wantArguments(c, 0, 0, "none"); err != nil {
		return err
	}
	if c.Path(outFlag) == "" {
		return usagef(c.Command, "no folder is given: pass -o DIR")
	}
	if err := checkWriting(c); err != nil {
		return err
	}
	opts, err := options(c)
	if err != nil {
		return err
	}
	opts.OverwriteGenerated, opts.Locks = c.Bool(overwriteFlag), locksOf(c)
	results, _, err := perform(c, wholeRuntime(opts, c.String(moduleFlag)), opts.Locks)
	if err != nil {
		return err
	}
	return end(c, results[0])
}
