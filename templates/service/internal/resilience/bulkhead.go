package resilience

import (
	"context"
	"fmt"
	"sync/atomic"

	"google.golang.org/grpc/codes"
)

// Bulkhead bounds the attempts of a method that run at once. One too many fails: there is no queue.
type Bulkhead struct {
	MaxConcurrentRequests int `yaml:"maxConcurrentRequests"`
}

// bulkhead is one method's.
type bulkhead struct{ running atomic.Int64 }

// limitConcurrency lets no attempt pass while as many as may be are running.
func limitConcurrency(next handler) handler {
	return func(ctx context.Context, c *call) error {
		rule := c.policy.Bulkhead
		if rule == nil {
			return next(ctx, c)
		}
		if !c.bulkhead.enter(int64(rule.MaxConcurrentRequests)) {
			c.metrics.bulkheadRefusals.Inc()
			return refuse(codes.ResourceExhausted,
				fmt.Sprintf("the bulkhead of %s is full: %d of its calls are running", c.name, rule.MaxConcurrentRequests))
		}
		return c.hold(ctx, next, c.leaveBulkhead)
	}
}

func (m *method) leaveBulkhead(error) { m.bulkhead.running.Add(-1) }

// enter reports whether there is room for one more, and takes it.
func (b *bulkhead) enter(limit int64) bool {
	for {
		running := b.running.Load()
		if running >= limit {
			return false
		}
		if b.running.CompareAndSwap(running, running+1) {
			return true
		}
	}
}

func (b *Bulkhead) check() error {
	if b != nil && b.MaxConcurrentRequests < 1 {
		return wrong("bulkhead.maxConcurrentRequests", b.MaxConcurrentRequests, "at least 1")
	}
	return nil
}
