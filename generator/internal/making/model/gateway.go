package model

import "slices"

// Forward is whom handlers of a gateway pass the calls of a proto service on to.
type Forward struct {
	Dependency *Dependency
	Host       *Host // the same proto service, as the dependency's client has it
}

// HTTPRule is one way to call an RPC by HTTP and JSON (https://github.com/googleapis/googleapis, google/api/http.proto).
type HTTPRule struct {
	Verb string // "GET"
	Path string // "/v1/{name=shelves/*}"

	ExamplePath string // a path that it takes: "/v1/shelves/1"
	ExampleBody string // a body that it takes, as JSON; empty: none
}

// IsGateway reports whether the service is the gateway of a system.
func (t *Tree) IsGateway() bool { return t.HTTPPort > 0 }

// HasHTTP reports whether some method of the proto service can be called by HTTP and JSON.
func (h *Host) HasHTTP() bool {
	return slices.ContainsFunc(h.RPCs, func(r *RPC) bool { return len(r.HTTP) > 0 })
}

// Forwards are the proto services whose calls handlers pass on.
func (t *Tree) Forwards() []*Host {
	return slices.DeleteFunc(slices.Clone(t.Hosts), func(h *Host) bool { return h.Forward == nil })
}

// Route is a way to call an RPC by HTTP and JSON.
type Route struct {
	RPC  *RPC
	Rule HTTPRule
}

// Routes are the ways to call the RPCs of a gateway by HTTP and JSON; streams cannot be called so, and other services not at all.
func (t *Tree) Routes() []Route {
	if !t.IsGateway() {
		return nil
	}
	var routes []Route
	for _, host := range t.Hosts {
		for _, rpc := range host.RPCs {
			for _, rule := range rpc.HTTP {
				if rpc.IsUnary() {
					routes = append(routes, Route{rpc, rule})
				}
			}
		}
	}
	return routes
}

// Forwarded is the function of package clients that passes calls of the RPC on.
func (r *RPC) Forwarded() string {
	switch r.Kind {
	case ServerStreaming:
		return "ForwardServerStream"
	case ClientStreaming:
		return "ForwardClientStream"
	case BidiStreaming:
		return "ForwardBidiStream"
	default:
		return "Forward"
	}
}

// PassesCalls reports whether some handlers pass calls on.
func (t *Tree) PassesCalls() bool { return len(t.Forwards()) > 0 }
