package cli

import (
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

func statusCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "status",
		Usage:     "list the files of a tree, who owns each, and what has become of it",
		UsageText: "msgen status [DIR] [--format text|json]",
		Description: `Looks at the tree at or around DIR, or around this folder, and writes nothing.

Owners are generated (msgen rewrites it), merged (you and msgen share it) and yours. A file is
untouched, edited, deleted (which stays so), missing (the next run writes it again), unmerged (it
has conflict markers) or blocked (something else stands in its place).

Example:
  msgen status ../greeter`,
		Flags: []urfave.Flag{&urfave.StringFlag{
			Name: formatFlag, Value: string(diag.Text), Usage: "print the list as `text|json` (default: text)",
		}},
		Action: runStatus,
	}
}

func runStatus(c *urfave.Context) error {
	if err := wantArguments(c, 0, 1, "at most a folder"); err != nil {
		return err
	}
	if err := checkFormat(c); err != nil {
		return err
	}
	status, err := generator.Status(c.Context, c.Args().First())
	if err != nil {
		return err
	}
	if format(c) == diag.JSON {
		return diag.WriteJSON(c.App.Writer, status)
	}
	_, err = fmt.Fprint(c.App.Writer, statusText(status))
	return err
}

// madeBy is a line about a tree that protoc or buf has made; empty for others.
func madeBy(status *generator.TreeStatus) string {
	if status.Compiler == "" {
		return ""
	}
	line := "made by " + status.Compiler
	if status.Remake != "" {
		line += ": run " + inDir(status.Dir, status.Remake) + " after a change of the protos or the policy"
	}
	if status.ForeignStubs {
		line += "; other plugins write the stubs"
	}
	return line
}

// statusText is the counts, what made the tree, and then a line for each file.
func statusText(status *generator.TreeStatus) string {
	counts := map[generator.Condition]int{}
	for _, file := range status.Files {
		counts[file.Condition]++
	}
	var parts []string
	for _, condition := range []generator.Condition{
		generator.Untouched, generator.Edited, generator.Deleted, generator.Missing, generator.Unmerged, generator.Blocked,
	} {
		if n := counts[condition]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, condition))
		}
	}
	lines := []string{fmt.Sprintf("%s: %s, written by msgen %s: %s",
		status.Dir, counted(len(status.Files), "file"), status.Version, strings.Join(parts, ", "))}
	if by := madeBy(status); by != "" {
		lines = append(lines, by)
	}
	for _, file := range status.Files {
		lines = append(lines, fmt.Sprintf("  %-9s  %-9s  %s", file.Owner, file.Condition, file.Path))
	}
	return printed(lines)
}
