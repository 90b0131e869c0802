package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// options say how the play goes.
type options struct {
	rate  int           // orders a second
	phase time.Duration // of each part
	trace string        // host:port of a collector of all spans; empty: none
}

// act is one part of the play: what happens at its beginning, and what is to be seen then.
type act struct {
	title string
	do    func(*shop) error
}

var acts = []act{
	{"All is well.", nil},
	{"kill -9 catalog: orders has its prices of a minute ago (fallback: cache).", kill("catalog")},
	{"catalog is back.", start("catalog")},
	{"kill -9 payments: the breaker opens, orders are refused at once instead of waiting; what was reserved comes back.", kill("payments")},
	{"payments is back: the breaker lets one call through, and closes.", start("payments")},
	{"kill -9 notifications: nobody who orders notices, the events wait.", kill("notifications")},
	{"notifications is back: it catches up.", start("notifications")},
	{"An event that nobody can read: it becomes a dead letter, and the others go on.", (*shop).poison},
}

func kill(name string) func(*shop) error {
	return func(s *shop) error { return s.services[name].kill() }
}

func start(name string) func(*shop) error {
	return func(s *shop) error { return s.services[name].start() }
}

// play runs the shop through all acts and returns what came of the orders.
func play(ctx context.Context, out io.Writer, o options) (_ tally, err error) {
	fmt.Fprintln(out, "building the services")
	shop, err := open(ctx, o)
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, shop.close()) }()
	customers := newCustomers(shop.door)
	stop := customers.order(ctx, o.rate)
	defer stop()
	for _, act := range acts {
		fmt.Fprintf(out, "\n%s\n", act.title)
		if act.do != nil {
			if err := act.do(shop); err != nil {
				return tally{}, err
			}
		}
		if err := watch(ctx, out, customers, o.phase); err != nil {
			return tally{}, err
		}
	}
	stop()
	tally, err := shop.count(ctx, customers)
	if err == nil {
		fmt.Fprintf(out, "\n%s", tally)
	}
	return tally, err
}

// watch prints a line a second.
func watch(ctx context.Context, out io.Writer, c *customers, phase time.Duration) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for end := time.Now().Add(phase); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			fmt.Fprintf(out, "  %s\n", c.lastSecond())
		}
	}
	return nil
}
