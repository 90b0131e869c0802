// Command greeter serves greeter.v1.Greeter.
// POLICY.md says what it promises to its callers, README.md how to run it.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"example.com/greeter/internal/config"
	"example.com/greeter/internal/greeter"
	"example.com/greeter/internal/server"
	"example.com/greeter/internal/telemetry"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first signal stops gracefully, a second one ends the process at once

	cfg, err := config.Load(os.Getenv)
	logger := telemetry.NewLogger(os.Stdout, cfg.LogLevel)
	if err == nil {
		err = run(ctx, cfg, logger)
	}
	if err != nil {
		logger.Error("failed", "error", err)
		os.Exit(1)
	}
}

// run serves until ctx is done. The handlers are made here; give them what they need.
func run(ctx context.Context, cfg config.Config, logger *slog.Logger) error {
	srv, err := server.New(cfg, logger, telemetry.NewRegistry(), server.Services{
		Greeter: greeter.New(),
	})
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}
