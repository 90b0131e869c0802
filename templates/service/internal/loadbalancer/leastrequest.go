package loadbalancer

import (
	"math/rand/v2"

	"google.golang.org/grpc/balancer"
)

// LeastRequest is the Policy that gives each call to that of two random endpoints which has fewer calls in flight. It
// is nearly as even as the fewest of all, and does not send every client to the same endpoint at once.
func LeastRequest([]*Endpoint) Picker { return leastRequest{} }

type leastRequest struct{}

// Pick returns the less busy of two endpoints.
func (leastRequest) Pick(_ balancer.PickInfo, endpoints []*Endpoint) *Endpoint {
	n := len(endpoints)
	if n == 1 {
		return endpoints[0]
	}
	first := rand.IntN(n)                      //nolint:gosec // nothing is to be kept secret
	second := (first + 1 + rand.IntN(n-1)) % n //nolint:gosec // another one
	if endpoints[second].InFlight() < endpoints[first].InFlight() {
		return endpoints[second]
	}
	return endpoints[first]
}
