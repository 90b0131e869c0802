package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
)

const protoFlag = "proto"

func initCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "init",
		Usage:     "start a service: a proto and a policy to edit",
		UsageText: "msgen init DIR [--proto FILE]",
		Description: `Writes a small proto, or a copy of yours, and a policy that holds every key at its default, as
comments. Both are yours from then on. Nothing is overwritten: where one exists, neither is written.

Examples:
  msgen init greeter
  msgen init orders --proto ../api/orders.proto`,
		Flags: []urfave.Flag{
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
	written, err := generator.Init(generator.InitOptions{Dir: dir, Proto: c.Path(protoFlag)})
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
	generate := name + " generate " + quoteForShell(filepath.Base(written[0]))
	fmt.Fprintf(&b, "next: edit them, then %s\n", inDir(dir, generate))
	_, err := io.WriteString(w, b.String())
	return err
}
