package loadbalancer

import "google.golang.org/grpc/balancer"

// Policy returns the Picker for the endpoints of the service, by address. It is called whenever the resolver has
// found endpoints, which are the same Endpoints as before where they have stayed. It must not block.
type Policy func(endpoints []*Endpoint) Picker

// Picker picks the endpoint of each call. It may be called at the same time, and must not block.
type Picker interface {
	// Pick returns one of endpoints. They are those that are connected, healthy and not ejected, without the ones that
	// the call has tried already; there is at least one, and they are ordered by address. They must not be changed. Nil
	// makes the call fail with UNAVAILABLE.
	Pick(info balancer.PickInfo, endpoints []*Endpoint) *Endpoint
}

// Observer is a Picker that is told how calls end, each on the endpoint that was picked for it.
type Observer interface {
	Picker

	Done(endpoint *Endpoint, info balancer.DoneInfo)
}
