package grpcserver

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/tap"
	"google.golang.org/protobuf/types/known/emptypb"
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

func TestPolicyWinsOverGRPCOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		cfg := settings()
		cfg.MaxRequestBytes = 100
		f := start(t, cfg, probe{unary: succeed},
			WithGRPCOptions(grpc.MaxRecvMsgSize(1000), grpc.ChainUnaryInterceptor(seen.unary("mine"))), WithUnaryInterceptors(seen.unary("inner")))
		wantCode(t, f.call(t.Context(), 200), codes.ResourceExhausted)
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		seen.want(t, "mine bounded false", "inner bounded true")
	})
}

func TestGRPCOptionThatIsSetTwiceIsAnError(t *testing.T) {
	refuse := grpc.InTapHandle(func(ctx context.Context, _ *tap.Info) (context.Context, error) { return ctx, nil })
	_, err := New(settings(), WithGRPCOptions(refuse), WithGRPCOptions(refuse))
	if err == nil || !strings.HasPrefix(err.Error(), "WithGRPCOptions: ") {
		t.Errorf("New returned %v, want an error that names WithGRPCOptions", err)
	}
}

// other is a service of the owner's.
func other(name string) Option {
	return WithRegistration(func(registrar grpc.ServiceRegistrar) {
		desc := probe{unary: succeed}.desc()
		desc.ServiceName = name
		registrar.RegisterService(desc, nil)
	})
}

func TestServiceOfTheOwnerIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{}, other("mine.Service"))
		wantHealth(t, f, "mine.Service", healthpb.HealthCheckResponse_SERVING)
		wantCode(t, f.conn.Invoke(t.Context(), "/mine.Service/Unary", &emptypb.Empty{}, &emptypb.Empty{}), codes.OK)
		wantMetrics(t, f, `grpc_method="Unary",grpc_service="mine.Service",grpc_type="unary"} 1`)
		f.stop()
		synctest.Wait()
		wantHealth(t, f, "mine.Service", healthpb.HealthCheckResponse_NOT_SERVING)
		wantCode(t, f.conn.Invoke(t.Context(), "/mine.Service/Unary", &emptypb.Empty{}, &emptypb.Empty{}), codes.OK) // until the drain delay is over
		<-f.stopped
	})
}

func TestServiceThatIsThereIsAnError(t *testing.T) {
	for _, name := range []string{"mine.Service", "grpc.health.v1.Health"} {
		if _, err := New(settings(), other("mine.Service"), other(name)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("New returned %v, want an error that names %s", err, name)
		}
	}
}
