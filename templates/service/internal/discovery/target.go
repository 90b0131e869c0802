package discovery

import (
	"fmt"
	"net/url"

	_ "google.golang.org/grpc" // the resolvers of its schemes
	"google.golang.org/grpc/resolver"
)

// Target returns a resolver of what is behind a gRPC target such as "dns:///orders:8080", by the resolver that grpc has
// for its scheme. The error is that there is none.
func Target(target string) (resolver.Builder, error) {
	parsed, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	builder := resolver.Get(parsed.Scheme)
	if builder == nil {
		return nil, fmt.Errorf("discovery: found %q, want a target such as dns:///orders:8080", target)
	}
	return behind{builder, resolver.Target{URL: *parsed}}, nil
}

// behind asks the resolver of a target in place of the one that a connection names.
type behind struct {
	builder resolver.Builder
	target  resolver.Target
}

// Build returns the resolver of one connection.
func (b behind) Build(_ resolver.Target, conn resolver.ClientConn, options resolver.BuildOptions) (resolver.Resolver, error) {
	return b.builder.Build(b.target, endpoints{conn}, options)
}

// Scheme returns the scheme of the targets.
func (behind) Scheme() string { return "target" }

// endpoints gives a connection each address as an endpoint of its own, for resolvers that know no endpoints.
type endpoints struct{ resolver.ClientConn }

// UpdateState passes on what the resolver has found.
func (e endpoints) UpdateState(found resolver.State) error {
	if len(found.Endpoints) == 0 {
		for _, address := range found.Addresses {
			found.Endpoints = append(found.Endpoints, resolver.Endpoint{Addresses: []resolver.Address{address}})
		}
	}
	return e.ClientConn.UpdateState(found)
}
