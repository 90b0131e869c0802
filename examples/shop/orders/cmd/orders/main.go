// Command orders serves shop.orders.v1.OrderService.
// POLICY.md says what it promises to its callers, README.md how to run it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/shop/orders/internal/clients"
	"example.com/shop/orders/internal/config"
	"example.com/shop/orders/internal/events"
	"example.com/shop/orders/internal/orderservice"
	"example.com/shop/orders/internal/orderstore"
	"example.com/shop/orders/internal/server"
	"example.com/shop/orders/internal/subscriber"
	"example.com/shop/orders/internal/telemetry"
)

// version is stamped by the linker: -ldflags "-X main.version=v1.2.3".
var version = "unreleased"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first signal stops gracefully, a second one ends the process at once

	cfg, err := config.Load(os.Getenv)
	tel := telemetry.New(os.Stdout, cfg.LogLevel)
	switch {
	case err != nil:
	case len(os.Args) > 1 && os.Args[1] == "healthcheck":
		err = checkHealth(ctx, cfg)
	default:
		tel.Logger.Info("starting", "version", version)
		err = run(ctx, cfg, tel)
	}
	if err != nil {
		tel.Logger.Error("failed", "error", err)
		os.Exit(1)
	}
}

// run serves until ctx is done. The handlers are made here; give them what they need.
func run(ctx context.Context, cfg config.Config, tel telemetry.Telemetry) error {
	tracing, err := telemetry.NewTracing(cfg.Tracing, tel) // for the clients of other services too: client.WithTracing
	if err != nil {
		return err
	}
	deps, err := clients.New(tel, tracing)
	if err != nil {
		return err
	}
	defer func() { _ = deps.Close() }()
	publisher, err := events.NewPublisher(cfg.Kafka, tel, tracing)
	if err != nil {
		return err
	}
	defer publisher.Close()
	orders := orderstore.New()
	inbox := events.NewMemoryInbox(100_000) // or one of yours, in the database that the events have their effects in
	consumer, err := events.NewConsumer(cfg.Kafka, tel, tracing, subscriber.New(orders), inbox)
	if err != nil {
		return err
	}
	srv, err := server.New(cfg, tel, tracing, consumer, server.Services{
		OrderService: orderservice.New(deps, publisher, orders),
	}, serverOptions(cfg, tel)...)
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}
