// Command notifications serves shop.notifications.v1.NotificationService.
// POLICY.md says what it promises to its callers, README.md how to run it.
package main

import (
	"cmp"
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/shop/notifications/internal/config"
	"example.com/shop/notifications/internal/events"
	"example.com/shop/notifications/internal/mailbox"
	"example.com/shop/notifications/internal/notificationservice"
	"example.com/shop/notifications/internal/server"
	"example.com/shop/notifications/internal/subscriber"
	"example.com/shop/notifications/internal/telemetry"
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
	mailboxes, err := mailbox.Open(cmp.Or(os.Getenv("MAILBOX_FILE"), "mailboxes"))
	if err != nil {
		return err
	}
	inbox := events.NewMemoryInbox(100_000) // or one of yours, in the database that the events have their effects in
	consumer, err := events.NewConsumer(cfg.Kafka, tel, tracing, subscriber.New(mailboxes), inbox)
	if err != nil {
		return err
	}
	srv, err := server.New(cfg, tel, tracing, consumer, server.Services{
		NotificationService: notificationservice.New(mailboxes),
	}, serverOptions(cfg, tel)...)
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}
