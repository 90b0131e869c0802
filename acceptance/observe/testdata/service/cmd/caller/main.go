// Command caller calls the instances of orders, as a program does that is not msgen's, until its standard input ends.
// Its metrics are at $METRICS_ADDRESS.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"example.com/orders/client"
	ordersv1 "example.com/orders/gen/shop/orders/v1"
	"example.com/orders/internal/config"
	"example.com/orders/internal/telemetry"
)

// pause is between the calls of each kind.
const pause = 20 * time.Millisecond

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() (err error) {
	cfg, err := config.Load(os.Getenv)
	if err != nil {
		return err
	}
	tracing, err := telemetry.NewTracing(cfg.Tracing, telemetry.New(os.Stdout, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tracing.Shutdown(context.Background())) }()
	registry := prometheus.NewRegistry()
	c, err := client.New(client.WithMetrics(registry), client.WithTracing(tracing))
	if err != nil {
		return err
	}
	go func() {
		log.Print(http.ListenAndServe(os.Getenv("METRICS_ADDRESS"), promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
	}()

	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := scan(ctx, os.Getenv("SCAN")); err != nil {
		return err
	}
	callAll(ctx, c.Orders)
	return c.Close()
}

// callAll calls every method until ctx is done.
func callAll(ctx context.Context, orders ordersv1.OrdersClient) {
	var calls sync.WaitGroup
	for _, call := range []func(){
		func() { _, _ = orders.Get(ctx, &ordersv1.GetRequest{Id: "one"}) },
		func() { _, _ = orders.Create(ctx, &ordersv1.CreateRequest{}) },
		func() { watch(ctx, orders) },
	} {
		calls.Go(func() {
			for ctx.Err() == nil {
				call()
				time.Sleep(pause)
			}
		})
	}
	calls.Wait()
}

func watch(ctx context.Context, orders ordersv1.OrdersClient) {
	stream, err := orders.Watch(ctx, &ordersv1.WatchRequest{Answers: 3})
	for err == nil {
		_, err = stream.Recv()
	}
}

// scan calls a thousand methods that the instance at address does not have, each from a port of its own.
func scan(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	for i := range 1000 {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return err
		}
		_ = conn.Invoke(ctx, "/shop.orders.v1.Orders/Scan"+strconv.Itoa(i), &emptypb.Empty{}, &emptypb.Empty{})
		if err := conn.Close(); err != nil {
			return err
		}
	}
	return nil
}
