package spans

import (
	"context"
	"errors"
	"maps"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func newTracing() (Tracing, *tracetest.SpanRecorder) {
	recorder := tracetest.NewSpanRecorder()
	return New("kafka", sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))), recorder
}

func TestPublishingContinuesTheTraceOfTheMessage(t *testing.T) {
	tracing, recorder := newTracing()
	gone := errors.New("the broker is gone")
	err := tracing.Publishing(t.Context(), messaging.Event{Topic: "topic", ID: "1"}, parent, func(ctx context.Context, traceParent string) error {
		if traceParent != Parent(ctx) || traceParent == parent {
			t.Errorf("subscribers get the trace parent %q, want the span's, %q", traceParent, Parent(ctx))
		}
		return gone
	})
	if !errors.Is(err, gone) {
		t.Errorf("the error is %v, want %v", err, gone)
	}
	span := recorder.Ended()[0]
	wantSpan(t, span, "send topic", trace.SpanKindProducer, map[string]string{
		"messaging.system": "kafka", "messaging.operation.type": "send", "messaging.destination.name": "topic", "messaging.message.id": "1",
	})
	if status := span.Status(); status.Code != codes.Error || status.Description != "the broker is gone" {
		t.Errorf("the span ends with %+v, want the error", status)
	}
}

func TestHandlingContinuesTheTraceOfTheEvent(t *testing.T) {
	tracing, recorder := newTracing()
	var within trace.SpanContext
	err := tracing.Handling(t.Context(), messaging.Event{Topic: "topic", ID: "1"}, "group", parent, func(ctx context.Context) error {
		within = trace.SpanContextFromContext(ctx)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	span := recorder.Ended()[0]
	wantSpan(t, span, "process topic", trace.SpanKindConsumer, map[string]string{
		"messaging.system": "kafka", "messaging.operation.type": "process", "messaging.destination.name": "topic", "messaging.message.id": "1",
		"messaging.consumer.group.name": "group",
	})
	if span.Status().Code != codes.Unset || !span.SpanContext().Equal(within) {
		t.Errorf("the span is %v, and the handler is in %v", span, within)
	}
}

func TestWithoutATraceASpanIsARoot(t *testing.T) {
	if got := Parent(t.Context()); got != "" {
		t.Errorf("no span has the parent %q", got)
	}
	tracing, recorder := newTracing()
	_ = tracing.Handling(t.Context(), messaging.Event{}, "group", "", func(context.Context) error { return nil })
	if of := recorder.Ended()[0].Parent(); of.IsValid() {
		t.Errorf("the span is a child of %v", of)
	}
}

// wantSpan wants a child of parent.
func wantSpan(t *testing.T, span sdktrace.ReadOnlySpan, name string, kind trace.SpanKind, attributes map[string]string) {
	t.Helper()
	if span.Name() != name || span.SpanKind() != kind {
		t.Errorf("the span is %q, %v, want %q, %v", span.Name(), span.SpanKind(), name, kind)
	}
	got := map[string]string{}
	for _, attribute := range span.Attributes() {
		got[string(attribute.Key)] = attribute.Value.AsString()
	}
	if !maps.Equal(got, attributes) {
		t.Errorf("the span has %v, want %v", got, attributes)
	}
	if of := span.Parent(); "00-"+of.TraceID().String()+"-"+of.SpanID().String()+"-01" != parent {
		t.Errorf("the span is a child of %v, want %s", of, parent)
	}
}
