// Command ask creates the order with the id of its first argument, whose dependency is to fail as often as the second
// says, and prints what comes of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"

	"google.golang.org/grpc/status"

	"example.com/orders/client"
	ordersv1 "example.com/orders/gen/shop/orders/v1"
	"example.com/orders/internal/config"
	"example.com/orders/internal/telemetry"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(id, failures string) (err error) {
	cfg, err := config.Load(os.Getenv)
	if err != nil {
		return err
	}
	tracing, err := telemetry.NewTracing(cfg.Tracing, telemetry.New(io.Discard, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tracing.Shutdown(context.Background())) }()
	c, err := client.New(client.WithTracing(tracing))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(failures)
	if err != nil {
		return err
	}
	created, err := c.Orders.Create(context.Background(), &ordersv1.Order{Id: id, Failures: int32(n)})
	fmt.Println(status.Code(err), created.GetAttempts())
	return c.Close()
}
