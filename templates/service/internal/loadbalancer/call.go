package loadbalancer

import (
	"context"
	"slices"
	"sync"
	"time"
)

// call is what the balancer knows of a call with all its attempts. A nil call is one that nothing is known of.
type call struct {
	deadline time.Time // the caller's; zero when there is none

	mu    sync.Mutex
	tried []*Endpoint
}

type callKey struct{}

// WithCall returns a context for one call, with all its attempts. An attempt goes to an endpoint that no earlier one
// was sent to, while there is such an endpoint. The deadline of ctx is the caller's own: that it passes says nothing
// about an endpoint. An earlier one that is set on the context returned, or on its children, bounds how long an
// endpoint may take: that it passes is the endpoint's failure.
func WithCall(ctx context.Context) context.Context {
	deadline, _ := ctx.Deadline()
	return context.WithValue(ctx, callKey{}, &call{deadline: deadline})
}

// callOf returns the call that ctx belongs to, or nil.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// untried returns those of endpoints that the call has not tried, or all when it has tried each.
func (c *call) untried(endpoints []*Endpoint) []*Endpoint {
	if c == nil {
		return endpoints
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.tried) == 0 {
		return endpoints
	}
	var untried []*Endpoint
	for _, endpoint := range endpoints {
		if !slices.Contains(c.tried, endpoint) {
			untried = append(untried, endpoint)
		}
	}
	if len(untried) == 0 {
		return endpoints
	}
	return untried
}

// try notes that the call was sent to endpoint.
func (c *call) try(endpoint *Endpoint) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried = append(c.tried, endpoint)
}

// bounds reports whether the deadline of ctx is earlier than the caller's.
func (c *call) bounds(ctx context.Context) bool {
	if c == nil {
		return false
	}
	deadline, ok := ctx.Deadline()
	return ok && (c.deadline.IsZero() || deadline.Before(c.deadline))
}
