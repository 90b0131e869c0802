// Command orders serves shop.orders.v1.Orders, and calls the instance at $NEXT where that is set.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"go.opentelemetry.io/otel/trace"

	"example.com/orders/client"
	"example.com/orders/internal/config"
	"example.com/orders/internal/orders"
	"example.com/orders/internal/server"
	"example.com/orders/internal/telemetry"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)

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

func run(ctx context.Context, cfg config.Config, tel telemetry.Telemetry) error {
	tracing, err := telemetry.NewTracing(cfg.Tracing, tel)
	if err != nil {
		return err
	}
	next, err := connect(tracing)
	if err != nil {
		return err
	}
	srv, err := server.New(cfg, tel, tracing, server.Services{Orders: orders.New(next)})
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}

// connect returns a client of the next instance, or nil.
func connect(tracing trace.TracerProvider) (*client.Client, error) {
	next := os.Getenv("NEXT")
	if next == "" {
		return nil, nil
	}
	return client.New(client.WithEndpoints(next), client.WithTracing(tracing))
}
