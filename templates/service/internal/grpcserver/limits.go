package grpcserver

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Exempt reports whether the method belongs to health checking or reflection. They pass every limit: a busy server is
// not a dead one, and one that cannot be looked at cannot be repaired.
func Exempt(fullMethod string) bool {
	return strings.HasPrefix(fullMethod, "/grpc.health.") || strings.HasPrefix(fullMethod, "/grpc.reflection.")
}

// unlessExempt applies an interceptor to the methods that are not exempt.
func unlessExempt(intercept grpc.UnaryServerInterceptor) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if Exempt(info.FullMethod) {
			return handler(ctx, req)
		}
		return intercept(ctx, req, info, handler)
	}
}

// streamUnlessExempt is unlessExempt for streams.
func streamUnlessExempt(intercept grpc.StreamServerInterceptor) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if Exempt(info.FullMethod) {
			return handler(srv, stream)
		}
		return intercept(srv, stream, info, handler)
	}
}

// unknownMethod answers calls of methods that the server does not have. With it they pass the interceptors, which
// count and log them.
func unknownMethod(_ any, stream grpc.ServerStream) error {
	name, _ := grpc.MethodFromServerStream(stream)
	return status.Errorf(codes.Unimplemented, "unknown method %s", name)
}

// limits bound unary calls.
type limits struct {
	slots   chan struct{} // has room for the requests that may be handled, and an element for each that is
	allow   func() bool   // whether the rate has room for one more; nil: the rate is not limited
	timeout time.Duration
	refused *prometheus.CounterVec
}

// unary refuses a request that finds no room, and bounds the deadline of the others. A deadline that the caller set is kept
// when it is earlier.
func (l limits) unary(
	ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	default:
		return nil, l.refuse("concurrency", "the server handles too many requests")
	}
	if l.allow != nil && !l.allow() {
		return nil, l.refuse("rate", "the server's request rate is exceeded")
	}
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > l.timeout { // an earlier one is grpc-go's to watch
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, l.timeout)
		defer cancel()
	}
	return handler(ctx, req)
}

func (l limits) refuse(limit, message string) error {
	l.refused.WithLabelValues(limit).Inc()
	return refusal{limit, message}
}

// refusal is the error of a call that a limit refuses before any work is done. It differs from a handler's own
// RESOURCE_EXHAUSTED so that the log can sample it.
type refusal struct{ limit, message string }

func (r refusal) Error() string { return r.message }

// GRPCStatus is what the caller gets.
func (r refusal) GRPCStatus() *status.Status { return status.New(codes.ResourceExhausted, r.message) }
