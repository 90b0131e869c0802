// Command demo runs the whole shop on one machine, without containers: a broker that speaks Kafka's protocol in this
// process, and each service as a process of its own. It places orders all the time, kills one service after the other,
// and prints what becomes of the orders. At the end it counts: what was promised, and what came of it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run() error {
	options := options{}
	flag.IntVar(&options.rate, "rate", 50, "orders a second")
	flag.DurationVar(&options.phase, "phase", 5*time.Second, "how long each part of the play lasts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	_, err := play(ctx, os.Stdout, options)
	return err
}
