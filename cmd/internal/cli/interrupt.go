package cli

import (
	"context"
	"os"
	"os/signal"

	urfave "github.com/urfave/cli/v2"
)

// interruptible lets a command that heeds its context end in good order on an interrupt: before its first write, or
// after its last. A second interrupt ends the process at once.
func interruptible(run urfave.ActionFunc) urfave.ActionFunc {
	return func(c *urfave.Context) error {
		ctx, stop := signal.NotifyContext(c.Context, os.Interrupt)
		defer stop()
		context.AfterFunc(ctx, stop)
		c.Context = ctx
		return run(c)
	}
}
