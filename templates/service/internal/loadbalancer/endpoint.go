package loadbalancer

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/resolver"
)

// Endpoint is one instance of the service, for as long as the resolver finds it without a break: one that has left
// and come back is new. The methods are safe for concurrent use.
type Endpoint struct {
	address  string
	resolved atomic.Pointer[resolver.Endpoint]
	inFlight atomic.Int64
	picks    prometheus.Counter
	leave    func() // ends the endpoint's metrics

	connection atomic.Pointer[balancer.State] // as it was when it was last ready
	ready      bool                           // whether it is now; the balancer's mutex guards this and the next
	stopping   bool                           // whether it has said that it no longer serves, on a connection that is up
	record
}

func newEndpoint(address string, metrics *Metrics) *Endpoint {
	e := &Endpoint{address: address}
	e.picks, e.leave = metrics.enter(address)
	return e
}

// Address returns the first of the endpoint's addresses, which names it.
func (e *Endpoint) Address() string { return e.address }

// Resolved returns the endpoint as the resolver last found it, with the attributes that it gave it.
func (e *Endpoint) Resolved() resolver.Endpoint { return *e.resolved.Load() }

// InFlight returns the number of calls and streams of this client that the endpoint has not ended.
func (e *Endpoint) InFlight() int { return int(e.inFlight.Load()) }

// update takes the state of the endpoint's connection, and reports whether it is ready no more. A connection that
// breaks is idle before it is anything else; one that goes from ready to failing is up, and a health check has failed.
func (e *Endpoint) update(connection balancer.State) (lost bool) {
	wasReady := e.ready
	e.ready = connection.ConnectivityState == connectivity.Ready
	e.stopping = connection.ConnectivityState == connectivity.TransientFailure && (wasReady || e.stopping)
	if e.ready {
		e.connection.Store(&connection)
	}
	return wasReady && !e.ready
}

// pick returns the endpoint's connection. If that has broken in the meantime, grpc-go notices and picks again.
func (e *Endpoint) pick(info balancer.PickInfo) (balancer.PickResult, error) {
	return e.connection.Load().Picker.Pick(info)
}
