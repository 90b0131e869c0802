package tracing

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/msgen/msgen/templates/service/internal/telemetry/otlp"
	"github.com/msgen/msgen/templates/service/internal/telemetry/zipkin"
)

func TestSamplingFollowsTheCaller(t *testing.T) {
	for _, test := range []struct {
		ratio float64
		flags trace.TraceFlags
		want  bool
	}{
		{0, trace.FlagsSampled, true},
		{1, 0, false},
	} {
		provider := newProvider(t, tracetest.NewNoopExporter(), test.ratio)
		parent := trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: test.flags, Remote: true,
		})
		_, span := provider.Tracer("test").Start(trace.ContextWithRemoteSpanContext(t.Context(), parent), "call")
		if got := span.SpanContext().IsSampled(); got != test.want {
			t.Errorf("with a ratio of %v and the caller's flags %v, the span is kept: %v", test.ratio, test.flags, got)
		}
	}
}

func TestShareOfTheTracesIsKept(t *testing.T) {
	const traces = 2000
	provider := newProvider(t, tracetest.NewNoopExporter(), 0.25)
	kept := 0
	for range traces {
		if _, span := provider.Tracer("test").Start(t.Context(), "call"); span.SpanContext().IsSampled() {
			kept++
		}
	}
	if kept < traces/5 || kept > traces*3/10 {
		t.Errorf("%d of %d traces are kept, want a quarter", kept, traces)
	}
}

func TestSpansNameTheService(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := newProvider(t, spans, 1)
	_, span := provider.Tracer("test").Start(t.Context(), "call")
	span.End()
	if err := provider.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	stubs := spans.GetSpans()
	if len(stubs) != 1 || stubs[0].Resource.String() != "service.name=orders" {
		t.Errorf("the spans are %v, want one of orders", stubs)
	}
}

// A collector that is gone costs a call nothing: what cannot be sent is dropped.
func TestCollectorThatIsGoneCostsNothing(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0") // it takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = gone.Close() }()
	for name, newExporter := range map[string]func(endpoint string) (sdktrace.SpanExporter, error){
		"OTLP":   otlp.New,
		"Zipkin": func(endpoint string) (sdktrace.SpanExporter, error) { return zipkin.New("orders", endpoint) },
	} {
		t.Run(name, func(t *testing.T) {
			exporter, err := newExporter(gone.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			provider := newProvider(t, exporter, 1)
			done := make(chan struct{})
			go func() {
				for range 10_000 { // more than wait to be sent
					_, span := provider.Tracer("test").Start(t.Context(), "call")
					span.End()
				}
				close(done)
			}()
			select {
			case <-done:
			case <-time.After(10 * time.Second):
				t.Error("spans wait for the collector")
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			if provider.Shutdown(ctx) == nil {
				t.Error("the spans seem to have been sent")
			}
		})
	}
}

func TestLostSpansAreCountedAndLogged(t *testing.T) {
	var log bytes.Buffer
	lost := prometheus.NewCounter(prometheus.CounterOpts{Name: "lost_total", Help: "Spans lost."})
	exporter := watched{refusing{}, slog.New(slog.NewJSONHandler(&log, nil)), lost}
	if err := exporter.ExportSpans(t.Context(), make([]sdktrace.ReadOnlySpan, 3)); err != nil {
		t.Error(err)
	}
	if got := testutil.ToFloat64(lost); got != 3 || !strings.Contains(log.String(), "collector down") {
		t.Errorf("%v spans are counted, and the log is %q", got, &log)
	}
}

// refusing is a collector that takes nothing.
type refusing struct{ sdktrace.SpanExporter }

func (refusing) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	return errors.New("collector down")
}

// newProvider returns a provider that is shut down with the test, whatever becomes of its spans.
func newProvider(t *testing.T, exporter sdktrace.SpanExporter, ratio float64) *sdktrace.TracerProvider {
	t.Helper()
	provider, err := New(Options{
		Service:     "orders",
		SampleRatio: ratio,
		Exporter:    exporter,
		Logger:      slog.New(slog.DiscardHandler),
		Metrics:     prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = provider.Shutdown(ctx)
	})
	return provider
}
