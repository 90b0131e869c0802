package rpctracing

import (
	"context"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// UnaryClient makes a span for each call as its caller sees it, whatever attempts it takes. The scope names the client.
func UnaryClient(provider trace.TracerProvider, scope string) grpc.UnaryClientInterceptor {
	tracer := provider.Tracer(scope)
	return func(
		ctx context.Context, method string, req, reply any, conn *grpc.ClientConn,
		invoke grpc.UnaryInvoker, options ...grpc.CallOption,
	) error {
		ctx, span := tracer.Start(ctx, strings.TrimPrefix(method, "/"))
		defer span.End()
		err := invoke(ctx, method, req, reply, conn, options...)
		if err != nil {
			span.SetStatus(otelcodes.Error, err.Error())
		}
		return err
	}
}

// NewClient returns a handler that makes a span for each time that a call is sent, and passes the trace on to the instance.
// Health checks have none.
func NewClient(provider trace.TracerProvider) stats.Handler {
	return otelgrpc.NewClientHandler(
		otelgrpc.WithTracerProvider(provider),
		otelgrpc.WithPropagators(propagation.TraceContext{}),
		otelgrpc.WithMeterProvider(noop.NewMeterProvider()), // its metrics are not ours
		otelgrpc.WithFilter(func(call *stats.RPCTagInfo) bool {
			return !strings.HasPrefix(call.FullMethodName, "/grpc.health.")
		}),
	)
}
