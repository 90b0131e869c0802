package cli

import (
	"embed"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

// scripts holds one script for each shell, named by it.
//
//go:embed completion
var scripts embed.FS

func shells() []string { return []string{"bash", "zsh", "fish"} }

func completionCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "completion",
		Usage:     "print the script that completes msgen's arguments in a shell",
		UsageText: "msgen completion bash|zsh|fish",
		Description: `The script completes commands, flags and their values, and leaves file names to the shell.

Examples:
  source <(msgen completion bash)               in ~/.bashrc
  source <(msgen completion zsh)                in ~/.zshrc, after compinit
  msgen completion fish | source                in ~/.config/fish/config.fish`,
		Action: runCompletion,
	}
}

func runCompletion(c *urfave.Context) error {
	known := strings.Join(shells(), ", ")
	if err := wantArguments(c, 1, 1, "one of "+known); err != nil {
		return err
	}
	shell := c.Args().First()
	script, err := scripts.ReadFile("completion/msgen." + shell)
	if err != nil {
		return usagef(c.Command, "unknown shell %q, want %s%s", shell, known, didYouMean(shell, shells()))
	}
	_, err = c.App.Writer.Write(script)
	return err
}
