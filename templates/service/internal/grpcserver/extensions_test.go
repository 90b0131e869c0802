package grpcserver

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// journal is what happens, in order.
type journal []string

func (j *journal) note(what string) { *j = append(*j, what) }

func (j *journal) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*j, want) {
		t.Errorf("found %q, want %q", *j, want)
	}
}

// unary is an interceptor that notes its name, and whether the call has a deadline by then.
func (j *journal) unary(name string) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		_, bounded := ctx.Deadline()
		j.note(fmt.Sprint(name, " bounded ", bounded))
		return handler(ctx, req)
	}
}

func (j *journal) stream(name string) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		j.note(name)
		return handler(srv, stream)
	}
}

func TestInterceptorsOfTheOwnerAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		cfg := settings()
		cfg.Inner = []grpc.ServerOption{grpc.ChainUnaryInterceptor(seen.unary("rules")), grpc.ChainStreamInterceptor(seen.stream("stream rules"))}
		f := start(t, cfg, probe{unary: succeed, stream: greet},
			WithUnaryInterceptors(seen.unary("1"), seen.unary("2")), WithStreamInterceptors(seen.stream("stream 1")),
			WithUnaryInterceptors(seen.unary("3")), WithStreamInterceptors(seen.stream("stream 2")))
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		f.open(t)
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)
		f.stop()
		<-f.stopped
		seen.want(t, "1 bounded true", "2 bounded true", "3 bounded true", "rules bounded true",
			"stream 1", "stream 2", "stream rules", "rules bounded false") // the last is the health check's
	})
}

func TestInterceptorThatPanicsIsRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{unary: succeed, stream: greet},
			WithUnaryInterceptors(func(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) { panic("mine") }))
		wantCode(t, f.call(t.Context(), 0), codes.Internal)
		wantMetrics(t, f, "grpc_server_panics_total 1\n")
		if calls := f.entries(t, "call"); len(calls) != 1 || calls[0]["code"] != "Internal" {
			t.Errorf("the log has %v, want one call", calls)
		}
	})
}
