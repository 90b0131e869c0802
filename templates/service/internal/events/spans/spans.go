// Package spans makes the spans of events, as https://opentelemetry.io/docs/specs/semconv/messaging/ has them.
package spans

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

// traceHeader carries a trace, https://www.w3.org/TR/trace-context/#traceparent-header.
const traceHeader = "traceparent"

// Parent returns the span of ctx as a header carries it; empty when there is none.
func Parent(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceHeader]
}

// Tracing implements messaging.Tracing. New makes it.
type Tracing struct {
	system string
	tracer trace.Tracer
}

// New returns what makes the spans of events that system carries, "kafka" or "rabbitmq".
func New(system string, provider trace.TracerProvider) Tracing {
	return Tracing{system, provider.Tracer("events")}
}

// Publishing implements messaging.Tracing.
func (t Tracing) Publishing(
	ctx context.Context, event messaging.Event, traceParent string, publish func(context.Context, string) error,
) error {
	ctx, span := t.tracer.Start(within(ctx, traceParent), "send "+event.Topic,
		trace.WithSpanKind(trace.SpanKindProducer), t.about("send", event))
	defer span.End()
	return noted(span, publish(ctx, Parent(ctx)))
}

// Handling implements messaging.Tracing.
func (t Tracing) Handling(
	ctx context.Context, event messaging.Event, group, traceParent string, handle func(context.Context) error,
) error {
	ctx, span := t.tracer.Start(within(ctx, traceParent), "process "+event.Topic,
		trace.WithSpanKind(trace.SpanKindConsumer),
		t.about("process", event, attribute.String("messaging.consumer.group.name", group)))
	defer span.End()
	return noted(span, handle(ctx))
}

// within is ctx in the span that a header carries.
func within(ctx context.Context, traceParent string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceHeader: traceParent})
}

// about says in a span which event it is of.
func (t Tracing) about(operation string, event messaging.Event, more ...attribute.KeyValue) trace.SpanStartOption {
	return trace.WithAttributes(append(more,
		attribute.String("messaging.system", t.system),
		attribute.String("messaging.operation.type", operation),
		attribute.String("messaging.destination.name", event.Topic),
		attribute.String("messaging.message.id", event.ID))...)
}

// noted returns err, and says in the span that it failed with it.
func noted(span trace.Span, err error) error {
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}
