package rpctracing

import (
	"context"
	"testing"
	"testing/synctest"

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
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
)

// connectTraced returns the connection of a client whose spans are recorded.
func connectTraced(t *testing.T, instance *clienttest.Instance) (*grpc.ClientConn, *tracetest.SpanRecorder) {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	conn, err := grpc.NewClient("passthrough:///one",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		clienttest.Dial(map[string]*clienttest.Instance{"one": instance}),
		grpc.WithStatsHandler(NewClient(provider)),
		grpc.WithUnaryInterceptor(UnaryClient(provider, "example.com/shop/client")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, recorder
}

func TestCallAndAttemptHaveSpans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		instance := clienttest.NewInstance(t)
		conn, recorder := connectTraced(t, instance)
		var got []string
		instance.Do(func(ctx context.Context) error {
			got = metadata.ValueFromIncomingContext(ctx, "traceparent")
			return nil
		})
		if err := conn.Invoke(t.Context(), "/test.Probe/Call", &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()

		spans := recorder.Ended()
		if len(spans) != 2 {
			t.Fatalf("there are %d spans, want the call and its attempt", len(spans))
		}
		attempt, call := spans[0], spans[1]
		if call.Name() != "test.Probe/Call" || call.SpanKind() != trace.SpanKindInternal || call.Parent().IsValid() {
			t.Errorf("the call is %q, %v, child of %v", call.Name(), call.SpanKind(), call.Parent())
		}
		if scope := call.InstrumentationScope().Name; scope != "example.com/shop/client" {
			t.Errorf("the call is a span of %s", scope)
		}
		if attempt.SpanKind() != trace.SpanKindClient || attempt.Parent().SpanID() != call.SpanContext().SpanID() {
			t.Errorf("the attempt is %v, child of %v", attempt.SpanKind(), attempt.Parent())
		}
		want := "00-" + call.SpanContext().TraceID().String() + "-" + attempt.SpanContext().SpanID().String() + "-01"
		if len(got) != 1 || got[0] != want {
			t.Errorf("the instance gets %q, want %q", got, want)
		}
	})
}

func TestSpanOfACallThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		instance := clienttest.NewInstance(t)
		conn, recorder := connectTraced(t, instance)
		instance.Do(clienttest.Fail(codes.NotFound))
		err := conn.Invoke(t.Context(), "/test.Probe/Call", &emptypb.Empty{}, &emptypb.Empty{})
		if status.Code(err) != codes.NotFound {
			t.Fatal(err)
		}
		synctest.Wait()
		if call := recorder.Ended()[1]; call.Status().Code != otelcodes.Error || call.Status().Description != err.Error() {
			t.Errorf("the span ends with %v", call.Status())
		}
	})
}

func TestHealthChecksHaveNoAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, recorder := connectTraced(t, clienttest.NewInstance(t))
		stream, err := healthpb.NewHealthClient(conn).Watch(t.Context(), &healthpb.HealthCheckRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
		if spans := len(recorder.Started()); spans != 0 {
			t.Errorf("there are %d spans", spans)
		}
	})
}
