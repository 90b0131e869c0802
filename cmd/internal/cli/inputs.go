package cli

import (
	"cmp"
	"flag"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// The flags that say what a run reads and where its tree is.
const (
	policyFlag    = "policy"
	protoPathFlag = "proto-path"
	outFlag       = "out"
	formatFlag    = "format"
)

// svgFormat is that of a picture, which problems have none of.
const svgFormat diag.Format = "svg"

func inputFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.PathFlag{
			Name: policyFlag, Aliases: []string{"p"},
			Usage: "policy `FILE` (default: policy.yaml beside the first proto, if any)",
		},
		&urfave.StringSliceFlag{
			Name: protoPathFlag, Aliases: []string{gluedFlag}, KeepSpace: true,
			Usage: "import from `[NAME=]DIR`; repeatable (default: buf.yaml or imports)",
		},
		&urfave.PathFlag{
			Name: outFlag, Aliases: []string{"o"},
			Usage: "root `DIR` of the tree (default: the tree around, else this folder)",
		},
		summaryFormatFlag(),
	}
}

// summaryFormatFlag says how a command prints what it did.
func summaryFormatFlag() urfave.Flag {
	return &urfave.StringFlag{
		Name: formatFlag, Value: string(diag.Text),
		Usage: "print problems and summary as `text|json|github` (default: text)",
	}
}

// options are the arguments and input flags of a command as package generator takes them.
func options(c *urfave.Context) (generator.Options, error) {
	for _, flagName := range []string{policyFlag, protoPathFlag, outFlag, formatFlag} {
		if c.IsSet(flagName) && hasEmptyValue(c, flagName) {
			return generator.Options{}, usagef(c.Command, "flag --%s is empty", flagName)
		}
	}
	if err := checkFormat(c); err != nil {
		return generator.Options{}, err
	}
	return generator.Options{
		Protos:      c.Args().Slice(),
		ImportPaths: c.StringSlice(protoPathFlag),
		Policy:      c.Path(policyFlag),
		Out:         c.Path(outFlag),
		Version:     version(),
	}, nil
}

// hasEmptyValue finds what a shell makes of an unset variable, -o "$OUT", before it means a default.
func hasEmptyValue(c *urfave.Context, flagName string) bool {
	if flagName == protoPathFlag {
		return slices.Contains(c.StringSlice(flagName), "")
	}
	return c.String(flagName) == ""
}

// format is how the command prints; as text where it has no such flag.
func format(c *urfave.Context) diag.Format {
	return cmp.Or(diag.Format(c.String(formatFlag)), diag.Text)
}

func checkFormat(c *urfave.Context) error {
	names := formatNames(flagNamed(c.Command.Flags, formatFlag))
	if slices.Contains(names, string(format(c))) {
		return nil
	}
	return usagef(c.Command, "unknown format %q, want %s%s", format(c), strings.Join(names, ", "),
		didYouMean(string(format(c)), names))
}

// formatNames are the formats of a command, as the help of its flag shows them.
func formatNames(formatting urfave.Flag) []string {
	documented, ok := formatting.(urfave.DocGenerationFlag)
	if !ok {
		return nil
	}
	placeholder, _ := flag.UnquoteUsage(&flag.Flag{Usage: documented.GetUsage()})
	return strings.Split(placeholder, "|")
}
