package cli

import (
	"fmt"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

func graphCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "graph",
		Usage:     "show who calls whom in a system of services",
		UsageText: "msgen graph SYSTEM [--format " + graphFormats() + "]",
		Description: `Shows the services that a system file names, the calls between their methods with deadlines,
retries, breakers and fallbacks, and the events that they hear. Calls on a cycle are marked. What
does not add up is no reason not to show it: msgen check SYSTEM lists that, and exits with 1.

Examples:
  msgen graph msgen.system.yaml
  msgen graph msgen.system.yaml --format mermaid > system.mmd`,
		Flags: []urfave.Flag{&urfave.StringFlag{
			Name: formatFlag, Value: string(diag.Text),
			Usage: "show as `" + graphFormats() + "` (default: text)",
		}},
		Action: interruptible(runGraph),
	}
}

func runGraph(c *urfave.Context) error {
	if err := wantArguments(c, 1, 1, "a system file"); err != nil {
		return err
	}
	if err := checkFormat(c); err != nil {
		return err
	}
	file := c.Args().First()
	graph, err := generator.GraphSystem(c.Context, file, generator.Options{Version: version()})
	if err != nil {
		return err
	}
	if len(graph.Problems) > 0 {
		if _, err := fmt.Fprintf(c.App.ErrWriter, "%s; `msgen check %s` lists them\n", countOf(graph.Problems), quoteForShell(file)); err != nil {
			return err
		}
	}
	return graph.Write(c.App.Writer, c.String(formatFlag))
}
