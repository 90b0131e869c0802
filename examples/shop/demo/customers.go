package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
)

// customers place orders, and remember how each ended.
type customers struct {
	door *web

	mu     sync.Mutex
	placed []*ordersv1.Order // that were promised
	failed int
	second struct { // since the last line
		took     []time.Duration
		statuses map[int]int
	}
}

func newCustomers(door *web) *customers {
	c := &customers{door: door}
	c.second.statuses = map[int]int{}
	return c
}

// order places so many orders a second, whether or not those before have been answered, until stop is called; stop waits
// for the answers.
func (c *customers) order(ctx context.Context, rate int) (stop func()) {
	ticking, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(time.Second / time.Duration(rate))
		defer ticker.Stop()
		for n := 0; ; n++ {
			select {
			case <-ticking.Done():
				return
			case <-ticker.C:
				running.Go(func() { c.place(ctx, n) })
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

func (c *customers) place(ctx context.Context, n int) {
	skus := []string{"pencil", "mug", "lamp"}
	start := time.Now()
	order := &ordersv1.Order{}
	status, err := c.door.post(ctx, "/v1/orders", &ordersv1.PlaceOrderRequest{
		Id: fmt.Sprintf("order-%d", n), Customer: fmt.Sprintf("customer-%d", n%10), Sku: skus[n%len(skus)], Pieces: 1,
	}, order)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.second.took = append(c.second.took, time.Since(start))
	c.second.statuses[status]++
	if err != nil {
		c.failed++
		return
	}
	c.placed = append(c.placed, order)
}

// lastSecond is what became of the orders since it was last asked.
func (c *customers) lastSecond() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.second.took)
	line := "no orders"
	if n := len(c.second.took); n > 0 {
		line = fmt.Sprintf("%3d answers, half of them within %v, the slowest after %v:", n, round(c.second.took[n/2]), round(c.second.took[n-1]))
		for _, status := range slices.Sorted(maps.Keys(c.second.statuses)) {
			line += fmt.Sprintf(" %d %s,", c.second.statuses[status], http.StatusText(status))
		}
		line = strings.TrimSuffix(line, ",")
	}
	c.second.took = nil
	clear(c.second.statuses)
	return line
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
