package cli

import (
	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
)

const systemFlag = "system"

func schemaCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "schema",
		Usage:     "print the JSON Schema of the policy language",
		UsageText: "msgen schema [--system]",
		Description: `Editors with a YAML language server complete and check a policy by it. Name it in the first line
of the policy: # yaml-language-server: $schema=policy.schema.json. System files have one too.

Example:
  msgen schema > policy.schema.json`,
		Flags:  []urfave.Flag{&urfave.BoolFlag{Name: systemFlag, Usage: "print that of system files"}},
		Action: runSchema,
	}
}

func runSchema(c *urfave.Context) error {
	if err := wantArguments(c, 0, 0, "none"); err != nil {
		return err
	}
	schemaOf := generator.Schema
	if c.Bool(systemFlag) {
		schemaOf = generator.SystemSchema
	}
	schema, err := schemaOf()
	if err != nil {
		return err
	}
	_, err = c.App.Writer.Write(schema)
	return err
}
