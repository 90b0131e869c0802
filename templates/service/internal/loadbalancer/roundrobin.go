package loadbalancer

import (
	"math/rand/v2"
	"sync/atomic"

	"google.golang.org/grpc/balancer"
)

// RoundRobin is the Policy that gives each call to the next endpoint in turn.
func RoundRobin([]*Endpoint) Picker {
	r := &roundRobin{}
	r.turn.Store(rand.Uint32()) //nolint:gosec // so that not every client begins with the same endpoint
	return r
}

type roundRobin struct{ turn atomic.Uint32 }

// Pick returns the next endpoint.
func (r *roundRobin) Pick(_ balancer.PickInfo, endpoints []*Endpoint) *Endpoint {
	return endpoints[int(r.turn.Add(1))%len(endpoints)]
}
