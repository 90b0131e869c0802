package cli

import (
	"fmt"
	"io"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
)

const (
	protoFlag  = "proto"
	moduleFlag = "module"
)

func initCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "init",
		Usage:     "start a service: a proto and a policy to edit",
		UsageText: "msgen init DIR [--module MODULE] [--proto FILE]",
		Description: `Writes a small proto that buf lint accepts, or a copy of yours, and a policy that holds every key at
its default, as comments, with the schema by which editors check it. All are yours from then on.
Nothing is overwritten: where one of them exists, none is written. In the folder, msgen generate
then needs no arguments.

Examples:
  msgen init greeter
  msgen init greeter --module example.com/shop/greeter
  msgen init orders --proto ../api/orders.proto`,
		Flags: []urfave.Flag{
			&urfave.StringFlag{Name: moduleFlag, Usage: "the Go `MODULE` (default: the one around DIR, otherwise example.com/NAME)"},
			&urfave.PathFlag{Name: protoFlag, Usage: "start with a copy of `FILE`"},
		},
		Action: runInit,
	}
}

func runInit(c *urfave.Context) error {
	if err := wantArguments(c, 1, 1, "one folder"); err != nil {
		return err
	}
	dir := c.Args().First()
	if dir == "" {
		return usagef(c.Command, "the folder is empty")
	}
	written, err := generator.Init(generator.InitOptions{Dir: dir, Proto: c.Path(protoFlag), Module: c.String(moduleFlag)})
	if err != nil {
		return err
	}
	return writeInit(c.App.Writer, dir, written)
}

// writeInit says what was written, the proto first, and how to go on.
func writeInit(w io.Writer, dir string, written []string) error {
	var b strings.Builder
	for _, path := range written {
		fmt.Fprintf(&b, "created %s\n", path)
	}
	fmt.Fprintf(&b, "next: edit the proto and the policy, then %s\n", inDir(dir, name+" generate"))
	_, err := io.WriteString(w, b.String())
	return err
}
