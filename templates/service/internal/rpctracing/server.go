// Package rpctracing makes spans of RPCs, as a server and as its callers see them.
package rpctracing

import (
	"context"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

// spans makes a span for each call, except for the methods that skip names. It continues the trace of the caller. otelgrpc
// fills the spans. They begin here: most are not kept, and otelgrpc would gather as much for those.
type spans struct {
	stats.Handler

	tracer trace.Tracer
	skip   func(fullMethod string) bool
}

// NewServer returns a handler that makes a span for each call of a server, within the trace that the caller is in. There is
// none for the methods that skip names.
func NewServer(provider trace.TracerProvider, skip func(fullMethod string) bool) stats.Handler {
	return spans{
		Handler: otelgrpc.NewServerHandler(
			otelgrpc.WithTracerProvider(provider),
			otelgrpc.WithMeterProvider(noop.NewMeterProvider()), // its metrics are not ours
		),
		tracer: provider.Tracer(otelgrpc.ScopeName, trace.WithInstrumentationVersion(otelgrpc.Version)),
		skip:   skip,
	}
}

// TagRPC implements stats.Handler.
func (s spans) TagRPC(ctx context.Context, call *stats.RPCTagInfo) context.Context {
	ctx = propagation.TraceContext{}.Extract(ctx, incoming(func(key string) []string {
		return metadata.ValueFromIncomingContext(ctx, key)
	}))
	if s.skip(call.FullMethodName) {
		return ctx
	}
	name := strings.TrimPrefix(call.FullMethodName, "/")
	ctx, span := s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer))
	if span.IsRecording() {
		span.SetAttributes(attribute.String("rpc.method", name), attribute.String("rpc.system.name", "grpc"))
	}
	return ctx
}

// HandleRPC implements stats.Handler. Of what happens to a call, its span has where it came in and how it ended.
func (s spans) HandleRPC(ctx context.Context, event stats.RPCStats) {
	switch event.(type) {
	case *stats.InHeader, *stats.End:
		if trace.SpanFromContext(ctx).IsRecording() {
			s.Handler.HandleRPC(ctx, event)
		}
	}
}

// incoming looks up the values of a key in a call's metadata, without a copy of the rest.
type incoming func(key string) []string

// Get implements propagation.TextMapCarrier.
func (in incoming) Get(key string) string {
	if values := in(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Set implements propagation.TextMapCarrier. There is nothing to set in what a caller has sent.
func (incoming) Set(string, string) {}

// Keys implements propagation.TextMapCarrier. The keys of a trace are known without.
func (incoming) Keys() []string { return nil }
