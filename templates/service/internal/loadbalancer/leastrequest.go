package loadbalancer

import (
	"math"
	"math/rand/v2"

	"google.golang.org/grpc/balancer"
)

// LeastRequest is the Policy that gives each call to that of two random endpoints which has fewer calls in flight. It
// is nearly as even as the fewest of all, and does not send every client to the same endpoint at once.
func LeastRequest([]*Endpoint) Picker { return leastRequest{} }

type leastRequest struct{}

// Pick returns the less busy of two endpoints.
func (leastRequest) Pick(_ balancer.PickInfo, endpoints []*Endpoint) *Endpoint {
	return lessBusy(endpoints, rand.Uint64()) //nolint:gosec // nothing is to be kept secret
}

// lessBusy returns the less busy of two endpoints that random chooses, each by one half of its bits.
func lessBusy(endpoints []*Endpoint, random uint64) *Endpoint {
	n := uint64(len(endpoints))
	if n == 1 {
		return endpoints[0]
	}
	first := random >> 32 * n >> 32
	second := (first + 1 + random&math.MaxUint32*(n-1)>>32) % n
	if endpoints[second].InFlight() < endpoints[first].InFlight() {
		return endpoints[second]
	}
	return endpoints[first]
}
