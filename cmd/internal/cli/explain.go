package cli

import (
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

func explainCommand() *urfave.Command {
	return &urfave.Command{
		Name:  "explain",
		Usage: "show what a call really does: attempts, times, breaker, fallback",
		UsageText: `msgen explain PROTO... [METHOD] [-p FILE] [-I DIR]... [--format text|svg|json]
msgen explain [METHOD]                          in a tree that msgen made`,
		Description: `Lays a call out in time: its attempts, the pauses between them, when it ends at the latest, when
the breaker opens and closes, and what the caller gets instead. Each figure has the line it is from.

Examples:
  msgen explain greeter.proto SayHello          one method; without a name, all of them
  msgen explain SayHello --format svg > call.svg
  msgen explain inventory/Reserve               how a dependency's method is called`,
		Flags:  explainFlags(),
		Action: interruptible(runExplain),
	}
}

// explainFlags are the flags of all inputs, with other formats.
func explainFlags() []urfave.Flag {
	flags := slices.DeleteFunc(inputFlags(), func(flag urfave.Flag) bool { return flag.Names()[0] == formatFlag })
	return append(flags, &urfave.StringFlag{
		Name: formatFlag, Value: string(diag.Text),
		Usage: "print as `text|svg|json` (default: text)",
	})
}

func runExplain(c *urfave.Context) error {
	opts, err := options(c)
	if err != nil {
		return err
	}
	var method string
	opts.Protos, method, err = protosAndMethod(c)
	if err != nil {
		return err
	}
	explanation, err := generator.Explain(c.Context, opts, method)
	if err != nil {
		return err
	}
	if err := printProblems(c.App.ErrWriter, format(c), explanation.Warnings); err != nil {
		return err
	}
	switch format(c) {
	case svgFormat:
		return explanation.SVG(c.App.Writer)
	case diag.JSON:
		return explanation.JSON(c.App.Writer)
	default:
		return explanation.Text(c.App.Writer)
	}
}

// protosAndMethod parts the arguments: a method has no ending, and is the last of them.
func protosAndMethod(c *urfave.Context) (protos []string, method string, err error) {
	for i, arg := range c.Args().Slice() {
		switch {
		case strings.HasSuffix(arg, ".proto"):
			protos = append(protos, arg)
		case i == c.NArg()-1:
			method = arg
		default:
			return nil, "", usagef(c.Command, "unexpected argument %q: want proto files, and then one method at most", arg)
		}
	}
	return protos, method, nil
}
