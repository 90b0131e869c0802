package rpctracing

import (
	"context"
	"net"
	"testing"
	"testing/synctest"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
)

const (
	callersTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	callersSpan  = "00f067aa0ba902b7"
	check        = "grpc.health.v1.Health/Check"
)

// service is not well, and writes down which span it is called in.
type service struct {
	healthpb.UnimplementedHealthServer

	within trace.SpanContext
}

func (s *service) Check(ctx context.Context, _ *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	s.within = trace.SpanContextFromContext(ctx)
	return nil, status.Error(codes.Unavailable, "not now")
}

// call calls the service, in a trace of the caller's with these flags, by a server that makes spans of what skip does not
// name. It returns the spans.
func (s *service) call(t *testing.T, flags, skip string, options ...grpc.ServerOption) tracetest.SpanStubs {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	handler := NewServer(provider, func(method string) bool { return method == skip })
	server := grpc.NewServer(append(options, grpc.StatsHandler(handler))...)
	healthpb.RegisterHealthServer(server, s)
	port := bufconn.Listen(64 << 10)
	go func() { _ = server.Serve(port) }()
	defer server.Stop()
	conn, err := grpc.NewClient("passthrough:///memory",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return port.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "traceparent", "00-"+callersTrace+"-"+callersSpan+"-"+flags)
	request := &healthpb.HealthCheckRequest{Service: "a name of more than ten bytes"}
	if _, err := healthpb.NewHealthClient(conn).Check(ctx, request); err == nil {
		t.Fatal("the call succeeds")
	}
	synctest.Wait()
	return exporter.GetSpans()
}

func TestSpanContinuesTheCallersTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		called := &service{}
		spans := called.call(t, "01", "")
		if len(spans) != 1 {
			t.Fatalf("there are %d spans, want one", len(spans))
		}
		span := spans[0]
		if span.SpanContext.TraceID().String() != callersTrace || span.Parent.SpanID().String() != callersSpan {
			t.Errorf("the span is %v, child of %v", span.SpanContext, span.Parent)
		}
		if span.Name != check || span.SpanKind != trace.SpanKindServer || !span.SpanContext.Equal(called.within) {
			t.Errorf("the span is %q, %v, and the handler is in %v", span.Name, span.SpanKind, called.within)
		}
		if span.Status.Code != otelcodes.Error || span.Status.Description != "not now" {
			t.Errorf("the status of the span is %v", span.Status)
		}
		// https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
		want := attribute.NewSet(
			attribute.String("rpc.system.name", "grpc"),
			attribute.String("rpc.method", check),
			attribute.String("rpc.response.status_code", "UNAVAILABLE"),
			attribute.String("server.address", "bufconn"),
		)
		if got := attribute.NewSet(span.Attributes...); !got.Equals(&want) {
			t.Errorf("the span has %v, want %v", span.Attributes, want.ToSlice())
		}
	})
}

func TestTraceGoesOnWithoutASpan(t *testing.T) {
	for name, test := range map[string]struct{ flags, skip string }{
		"a method that is skipped":                {"01", "/" + check},
		"a trace that the caller does not sample": {"00", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			called := &service{}
			if spans := called.call(t, test.flags, test.skip); len(spans) != 0 {
				t.Errorf("%s: the spans are %v, want none", name, spans)
			}
			if called.within.TraceID().String() != callersTrace {
				t.Errorf("%s: the handler is in %v, want the caller's trace", name, called.within)
			}
		})
	}
}

func TestCallThatIsRefusedUnreadHasASpan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := new(service).call(t, "01", "", grpc.MaxRecvMsgSize(10))
		if len(spans) != 1 || spans[0].Name != check {
			t.Errorf("the spans are %v, want one of the call", spans)
		}
	})
}
