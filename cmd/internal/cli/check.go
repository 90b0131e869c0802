package cli

import (
	"fmt"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

func checkCommand() *urfave.Command {
	return &urfave.Command{
		Name:  "check",
		Usage: "list every problem of the protos and the policy",
		UsageText: `msgen check PROTO... [-p FILE] [-I DIR]... [-o DIR]
msgen check                                     in a tree that msgen made: of the same inputs
msgen check SYSTEM                              of all services of a system, and how they call`,
		Description: `Reads the inputs as generate does, and stops before anything is rendered. All problems are listed
in one run, each with its place, what was found there, and how to mend it. Nothing is written.

Of a system, the calls between its services are checked too: cycles, deadlines that are too short,
retries of retries, effects that a retry may have twice, missing breakers, registries that differ,
capacity. A comment in the policy accepts a finding in its line: # msgen:allow CHECK: REASON

Examples:
  msgen check greeter.proto -p policy.yaml
  msgen check msgen.system.yaml                 a whole system
  msgen check --format github                   in a GitHub workflow: problems become annotations`,
		Flags:  inputFlags(),
		Action: interruptible(runCheck),
	}
}

func runCheck(c *urfave.Context) error {
	opts, err := options(c)
	if err != nil {
		return err
	}
	found, err := check(c, opts)
	if err != nil {
		return err
	}
	var problems diag.List
	problems.Add(found...)
	if err := problems.Err(); err != nil {
		return err
	}
	if err := printProblems(c.App.ErrWriter, format(c), found); err != nil {
		return err
	}
	if format(c) == diag.JSON {
		return nil
	}
	_, err = fmt.Fprintln(c.App.Writer, "no errors")
	return err
}

// check finds the problems of one service, or of a system.
func check(c *urfave.Context, opts generator.Options) ([]diag.Problem, error) {
	file := systemFile(c)
	if file == "" {
		return generator.Check(c.Context, opts)
	}
	if err := onlySystem(c); err != nil {
		return nil, err
	}
	return generator.CheckSystem(c.Context, file, opts)
}
