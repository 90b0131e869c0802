package tracecontext

import (
	"context"
	"maps"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
)

func TestSpanOfContext(t *testing.T) {
	const traceID, spanID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for name, test := range map[string]struct {
		ctx      context.Context
		exemplar prometheus.Labels
		trace    string
		span     string
	}{
		"kept":     {ctx: within(t, trace.FlagsSampled), exemplar: prometheus.Labels{"trace_id": traceID}, trace: traceID, span: spanID},
		"not kept": {ctx: within(t, 0), trace: traceID, span: spanID},
		"no span":  {ctx: t.Context()},
	} {
		if got := Exemplar(test.ctx); !maps.Equal(got, test.exemplar) {
			t.Errorf("%s: the exemplar is %v, want %v", name, got, test.exemplar)
		}
		if gotTrace, gotSpan := IDs(test.ctx); gotTrace != test.trace || gotSpan != test.span {
			t.Errorf("%s: the trace is %q and the span %q, want %q and %q", name, gotTrace, gotSpan, test.trace, test.span)
		}
	}
}

// within is a context in a span.
func within(t *testing.T, flags trace.TraceFlags) context.Context {
	t.Helper()
	return trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    trace.TraceID{0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36},
		SpanID:     trace.SpanID{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7},
		TraceFlags: flags,
	}))
}
