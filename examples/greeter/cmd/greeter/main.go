// Command greeter serves greeter.v1.Greeter.
// POLICY.md says what it promises to its callers, README.md how to run it.
package main

import (
	"context"
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
	tel := telemetry.New(os.Stdout, cfg.LogLevel)
	if err == nil {
		err = run(ctx, cfg, tel)
	}
	if err != nil {
		tel.Logger.Error("failed", "error", err)
		os.Exit(1)
	}
}

// run serves until ctx is done. The handlers are made here; give them what they need.
func run(ctx context.Context, cfg config.Config, tel telemetry.Telemetry) error {
	srv, err := server.New(cfg, tel, server.Services{
		Greeter: greeter.New(),
	}, serverOptions(cfg, tel)...)
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}
