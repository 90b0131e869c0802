package model

import (
	"fmt"
	"slices"
	"strings"
)

// ServerParams are the parameters of the RPC's method on the server, as protoc-gen-go-grpc declares them.
func (r *RPC) ServerParams() string {
	switch r.Kind {
	case ServerStreaming:
		return fmt.Sprintf("req *%s, stream grpc.ServerStreamingServer[%s]", r.Request, r.Response)
	case ClientStreaming:
		return fmt.Sprintf("stream grpc.ClientStreamingServer[%s, %s]", r.Request, r.Response)
	case BidiStreaming:
		return fmt.Sprintf("stream grpc.BidiStreamingServer[%s, %s]", r.Request, r.Response)
	default:
		return fmt.Sprintf("ctx context.Context, req *%s", r.Request)
	}
}

// ServerResults are the results of the RPC's method on the server.
func (r *RPC) ServerResults() string {
	if r.IsUnary() {
		return fmt.Sprintf("(*%s, error)", r.Response)
	}
	return "error"
}

// ServerArguments are the names of those parameters.
func (r *RPC) ServerArguments() string {
	switch r.Kind {
	case ServerStreaming:
		return "req, stream"
	case ClientStreaming, BidiStreaming:
		return "stream"
	default:
		return "ctx, req"
	}
}

// Name is the service's name without its package: "OrderService".
func (h *Host) Name() string { return h.FullName[strings.LastIndexByte(h.FullName, '.')+1:] }

// Served names the hosted services in a sentence: "a.v1.A, b.v1.B and c.v1.C".
func (d *Definition) Served() string { return d.served("%s") }

// ServedCode is Served with each name set as code in Markdown.
func (d *Definition) ServedCode() string { return d.served("`%s`") }

func (d *Definition) served(format string) string {
	names := make([]string, len(d.Hosts))
	for i, h := range d.Hosts {
		names[i] = fmt.Sprintf(format, h.FullName)
	}
	return enumerated(names)
}

// enumerated joins names as a sentence does: "a", "a and b", "a, b and c"; "nothing" where there are none.
func enumerated(names []string) string {
	switch last := len(names) - 1; last {
	case -1:
		return "nothing"
	case 0:
		return names[0]
	default:
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
}

// LogLevel is the policy's log level as a Go expression.
func (t *Tree) LogLevel() string {
	level := string(t.Policy.Observability.Logging.Level)
	return "slog.Level" + strings.ToUpper(level[:1]) + level[1:]
}

// Deprecates reports whether the stubs of a hosted service are marked deprecated, so that linters warn where they are
// used.
func (d *Definition) Deprecates() bool {
	return slices.ContainsFunc(d.Hosts, func(h *Host) bool { return h.Deprecated })
}

// Deprecates reports whether the stubs of the service, or of one of its RPCs, are marked deprecated.
func (h *Host) Deprecates() bool {
	return h.Deprecated || slices.ContainsFunc(h.RPCs, func(r *RPC) bool { return r.Deprecated })
}

// DeprecatedRPCs lists the full methods that the protos deprecate, by themselves or with their service.
func (t *Tree) DeprecatedRPCs() []string {
	return t.fullMethods(func(h *Host, r *RPC) bool { return h.Deprecated || r.Deprecated })
}

// ValidatedRPCs lists the full methods whose requests the server checks by the rules of their protos.
func (t *Tree) ValidatedRPCs() []string {
	return t.fullMethods(func(_ *Host, r *RPC) bool { return r.Validated })
}

func (t *Tree) fullMethods(of func(*Host, *RPC) bool) []string {
	var methods []string
	for _, h := range t.Hosts {
		for _, r := range h.RPCs {
			if of(h, r) {
				methods = append(methods, r.FullMethod)
			}
		}
	}
	return methods
}
