package cli

import (
	"path/filepath"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
)

// systemFile is the system file that stands in place of the protos; empty where there is none.
func systemFile(c *urfave.Context) string {
	for _, arg := range c.Args().Slice() {
		if ending := filepath.Ext(arg); ending == ".yaml" || ending == ".yml" {
			return arg
		}
	}
	return ""
}

// onlySystem refuses what a system file says by itself: what is read, and where it is written.
func onlySystem(c *urfave.Context) error {
	for _, flagName := range []string{policyFlag, protoPathFlag, outFlag, restoreFlag, diffFlag, allFlag} {
		if c.IsSet(flagName) {
			return usagef(c.Command, "--%s and a system file exclude each other", flagName)
		}
	}
	return wantArguments(c, 1, 1, "one system file, or proto files")
}

// runSystem brings the trees of a system up to date, several at a time, and reports once, in the order of the system file.
func runSystem(c *urfave.Context, file string, opts generator.Options) error {
	if err := onlySystem(c); err != nil {
		return err
	}
	results, warnings, err := perform(c, allTrees(file, opts), opts.Locks)
	if err != nil {
		return err
	}
	if err := printProblems(c.App.ErrWriter, format(c), warnings); err != nil {
		return err
	}
	return endAll(c, results)
}

// graphFormats are the formats of a graph, as the help of their flag shows them.
func graphFormats() string { return strings.Join(generator.GraphFormats(), "|") }
