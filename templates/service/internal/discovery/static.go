package discovery

import (
	"errors"

	"google.golang.org/grpc/resolver"
)

// Static returns a resolver that answers with fixed host:port endpoints. The error is that there are none.
func Static(endpoints ...string) (resolver.Builder, error) {
	if len(endpoints) == 0 {
		return nil, errors.New("discovery: no endpoints")
	}
	instances := make([]Instance, 0, len(endpoints))
	for _, endpoint := range endpoints {
		instances = append(instances, Instance{Address: endpoint})
	}
	return static{state(instances)}, nil
}

type static struct{ state resolver.State }

// Build gives conn the endpoints.
func (s static) Build(_ resolver.Target, conn resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	return s, conn.UpdateState(s.state)
}

// Scheme returns the scheme of the targets.
func (static) Scheme() string { return "static" }

// ResolveNow does nothing, as the endpoints never change.
func (static) ResolveNow(resolver.ResolveNowOptions) {}

// Close does nothing, as there is nothing to end.
func (static) Close() {}
