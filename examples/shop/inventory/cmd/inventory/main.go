// Command inventory serves shop.inventory.v1.InventoryService.
// POLICY.md says what it promises to its callers, README.md how to run it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/shop/inventory/internal/config"
	"example.com/shop/inventory/internal/events"
	"example.com/shop/inventory/internal/inventoryservice"
	"example.com/shop/inventory/internal/server"
	"example.com/shop/inventory/internal/stock"
	"example.com/shop/inventory/internal/subscriber"
	"example.com/shop/inventory/internal/telemetry"
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
	publisher, err := events.NewPublisher(cfg.Kafka, tel, tracing)
	if err != nil {
		return err
	}
	defer publisher.Close()
	room, err := openStock(os.Getenv("RESERVATION_HOLD"))
	if err != nil {
		return err
	}
	inbox := events.NewMemoryInbox(100_000) // or one of yours, in the database that the events have their effects in
	consumer, err := events.NewConsumer(cfg.Kafka, tel, tracing, subscriber.New(room), inbox)
	if err != nil {
		return err
	}
	handlers := inventoryservice.New(publisher, room)
	go handlers.Release(ctx, tel.Logger)
	srv, err := server.New(cfg, tel, tracing, consumer, server.Services{
		InventoryService: handlers,
	}, serverOptions(cfg, tel)...)
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}

// openStock fills the store room. Pieces are kept for so long for an order that is not paid.
func openStock(hold string) (*stock.Stock, error) {
	if hold == "" {
		hold = "1m"
	}
	keep, err := time.ParseDuration(hold)
	if err != nil {
		return nil, fmt.Errorf("RESERVATION_HOLD: %w", err)
	}
	return stock.New(map[string]int32{"pencil": 100_000, "mug": 100_000, "lamp": 100_000}, keep), nil
}
