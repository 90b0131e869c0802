// Package loadbalancer spreads the calls of a client over the endpoints of a service. It leaves out an endpoint whose
// calls keep failing, for a while, and lets a repeated call avoid the endpoints that it has tried. It stands on
// grpc-go's endpointsharding: each endpoint has a connection of its own, which is health checked.
package loadbalancer

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/balancer/base"
	"google.golang.org/grpc/balancer/endpointsharding"
	"google.golang.org/grpc/balancer/pickfirst"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/resolver"
)

// Name is what a service config calls this balancer. It is the path of this package, so no other service that is
// linked into the same program has it.
const Name = "github.com/msgen/msgen/templates/service/internal/loadbalancer"

// grpc-go finds balancers by name in a map without a lock, which may be written only while a program starts: a later
// write ends the program when a connection reads the map at that moment.
func init() { //nolint:gochecknoinits // see above
	balancer.Register(builder{})
}

type builder struct{}

// Name returns the name under which the balancer is registered.
func (builder) Name() string { return Name }

// Build returns the balancer of one connection.
func (builder) Build(channel balancer.ClientConn, options balancer.BuildOptions) balancer.Balancer {
	b := &endpointBalancer{
		ClientConn: channel,
		known:      resolver.NewEndpointMap[*Endpoint](),
		resolution: errors.New("no endpoints are known"),
	}
	connect := balancer.Get(pickfirst.Name).Build
	b.Balancer = endpointsharding.NewBalancer(b, options, connect, endpointsharding.Options{})
	return b
}

// endpointBalancer is the balancer of one connection. It stands between the channel and the endpoints' connections:
// it passes on what the resolver finds, and answers changes of the connections with a new view for the channel.
type endpointBalancer struct {
	balancer.ClientConn // the channel
	balancer.Balancer   // the endpoints' connections

	mu          sync.Mutex // held when the channel is called, never when the connections are
	settings    *Settings  // nil until the resolver has told them
	known       *resolver.EndpointMap[*Endpoint]
	endpoints   []*Endpoint    // those of known, by address
	picker      Picker         // of these endpoints
	connections balancer.State // all together, with a picker for when none is ready
	resolution  error          // what the calls are told while there is no endpoint
}

// UpdateClientConnState takes what the resolver has found.
func (b *endpointBalancer) UpdateClientConnState(found balancer.ClientConnState) error {
	settings, ok := found.ResolverState.Attributes.Value(settingsKey{}).(*Settings)
	if !ok {
		b.refuse(errors.New("the resolver is none that loadbalancer.Configure returned"))
		return nil
	}
	b.mu.Lock()
	b.settings = settings
	b.resolution = errors.New("the service has no endpoints")
	b.reconcile(found.ResolverState.Endpoints)
	b.picker = settings.Policy(slices.Clone(b.endpoints))
	b.mu.Unlock()

	return b.Balancer.UpdateClientConnState(balancer.ClientConnState{
		ResolverState: pickfirst.EnableHealthListener(found.ResolverState),
	})
}

// reconcile makes the endpoints those that the resolver has found. What is known of the ones that stay is kept.
func (b *endpointBalancer) reconcile(found []resolver.Endpoint) {
	known := resolver.NewEndpointMap[*Endpoint]()
	for _, f := range found {
		if _, twice := known.Get(f); twice || len(f.Addresses) == 0 {
			continue
		}
		endpoint, ok := b.known.Get(f)
		if !ok {
			endpoint = newEndpoint(f.Addresses[0].Addr, b.settings.Metrics)
		}
		endpoint.resolved.Store(&f)
		known.Set(f, endpoint)
	}
	for f, endpoint := range b.known.All() {
		if _, ok := known.Get(f); !ok {
			b.forget(endpoint)
		}
	}
	b.known, b.endpoints = known, known.Values()
	slices.SortFunc(b.endpoints, func(x, y *Endpoint) int { return strings.Compare(x.address, y.address) })
	b.readmitExcess()
}

// forget ends what is kept of an endpoint that has left.
func (b *endpointBalancer) forget(endpoint *Endpoint) {
	if endpoint.ejected {
		b.end(endpoint)
	}
	endpoint.ready, endpoint.stopping = false, false
	endpoint.leave()
}

// ResolverError takes why the resolver has found nothing. Endpoints that were found before are kept.
func (b *endpointBalancer) ResolverError(err error) {
	b.mu.Lock()
	b.resolution = err
	b.mu.Unlock()
	b.Balancer.ResolverError(err)
}

// UpdateState takes the state of the endpoints' connections. When an endpoint no longer takes calls, others may have
// come for it: the resolver is asked to look, which grpc-go does for broken connections alone.
func (b *endpointBalancer) UpdateState(connections balancer.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lost := false
	for _, connection := range endpointsharding.ChildStatesFromPicker(connections.Picker) {
		if endpoint, ok := b.known.Get(connection.Endpoint); ok {
			lost = endpoint.update(connection.State) || lost
		}
	}
	b.connections = connections
	b.publish()
	if lost {
		b.ResolveNow(resolver.ResolveNowOptions{})
	}
}

// publish gives the channel a view of the endpoints as they are now.
func (b *endpointBalancer) publish() {
	state := b.connections
	if len(b.endpoints) == 0 {
		// The text alone, as a status in it would end the calls that wait for an endpoint.
		state.Picker = base.NewErrPicker(errors.New(b.resolution.Error()))
	} else if usable := b.usable(); len(usable) > 0 {
		state.Picker = newView(b, usable)
	}
	b.ClientConn.UpdateState(state)
}

// refuse makes every call fail.
func (b *endpointBalancer) refuse(err error) {
	b.ClientConn.UpdateState(balancer.State{
		ConnectivityState: connectivity.TransientFailure,
		Picker:            base.NewErrPicker(err),
	})
}

// Close ends the balancer. Calls that are in flight may end later.
func (b *endpointBalancer) Close() {
	b.Balancer.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, endpoint := range b.endpoints {
		b.forget(endpoint)
	}
}
