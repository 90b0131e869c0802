package tools

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// command is a program to run as part of a recipe.
type command struct {
	dir  string   // "" for the working directory
	env  []string // added to the environment
	args []string
}

// run runs the command. Its error holds all that the command printed.
func (c command) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), c.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}
