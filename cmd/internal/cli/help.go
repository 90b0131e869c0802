package cli

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	urfave "github.com/urfave/cli/v2"
)

// helpName is that of the command, and of the flag that [arrange] turns into it.
const helpName = "help"

func helpCommand() *urfave.Command {
	return &urfave.Command{
		Name:      helpName,
		Usage:     "show how a command is used",
		UsageText: "msgen help [COMMAND]",
		Description: `Shows the commands, or all about one of them.

Example:
  msgen help generate`,
		Action: runHelp,
	}
}

// firstSteps ends the help of the program.
const firstSteps = `Start with:
  msgen init greeter
  cd greeter && msgen generate && go test ./...
  msgen help generate

Exit codes:
  0  done
  1  the input has problems, or msgen failed
  2  msgen was called in a way that it does not understand
  3  the tree differs from what msgen generates: --check or --diff found something, or files that
     msgen must not overwrite were in the way, and nothing was written
  4  a merge conflict: nothing was written, or markers were, with --conflict=markers
`

func runHelp(c *urfave.Context) error {
	if err := wantArguments(c, 0, 1, "one command, or nothing"); err != nil {
		return err
	}
	topic := c.Args().First()
	if topic == "" {
		return writeAppHelp(c.App.Writer, c.App)
	}
	command := c.App.Command(topic)
	if command == nil {
		return unknownCommand(c.App, topic)
	}
	return writeCommandHelp(c.App.Writer, command)
}

func helpFlag() urfave.Flag {
	return &urfave.BoolFlag{Name: helpName, Aliases: []string{"h"}, Usage: "show this help"}
}

func writeAppHelp(w io.Writer, app *urfave.App) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n\nUsage:\n  %s\n\nCommands:\n", app.Name, app.Usage, app.Description, app.UsageText)
	table := newTable(&b)
	for _, command := range app.VisibleCommands() {
		fmt.Fprintf(table, "  %s\t%s\n", command.Name, command.Usage)
	}
	table.Flush()
	b.WriteString("\nFlags:\n")
	writeFlags(&b, app.Flags)
	b.WriteString("\n" + firstSteps)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeCommandHelp(w io.Writer, command *urfave.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n\nUsage:\n", name, command.Name, command.Usage)
	for usage := range strings.Lines(command.UsageText) {
		fmt.Fprintf(&b, "  %s\n", strings.TrimSuffix(usage, "\n"))
	}
	fmt.Fprintf(&b, "\n%s\n\nFlags:\n", command.Description)
	writeFlags(&b, command.Flags)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeFlags(w io.Writer, flags []urfave.Flag) {
	table := newTable(w)
	for _, f := range flags {
		documented, ok := f.(urfave.DocGenerationFlag)
		if !ok {
			continue
		}
		placeholder, usage := flag.UnquoteUsage(&flag.Flag{Usage: documented.GetUsage()})
		names := dashedShortFirst(f)
		if documented.TakesValue() {
			names += " " + placeholder
		}
		fmt.Fprintf(table, "  %s\t%s\n", names, usage)
	}
	table.Flush()
}

// dashedShortFirst is the names of a flag for a column of them: "-p, --policy", "    --check".
func dashedShortFirst(f urfave.Flag) string {
	short, long := "    ", ""
	for _, name := range dashed(f) {
		if strings.HasPrefix(name, "--") {
			long = name
		} else {
			short = name + ", "
		}
	}
	return short + long
}

// newTable aligns columns that are parted by tabs. It must be flushed; writing to memory, that cannot fail.
func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 3, ' ', 0) }
