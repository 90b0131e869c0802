// Package tracing makes the spans of a process.
package tracing

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Options say which spans there are, and where they go. Every field is set.
type Options struct {
	Service     string                // what the spans call the process
	SampleRatio float64               // share of the traces begun here that are kept, from 0 to 1
	Exporter    sdktrace.SpanExporter // sends the spans
	Logger      *slog.Logger          // of spans that are lost
	Metrics     prometheus.Registerer // of spans that are lost
}

// New returns what makes the spans of the process. It keeps a share of the traces that begin here, and those that a
// caller keeps, and sends them in the background: when the collector is gone or slow, spans are lost, and calls notice
// nothing.
func New(options Options) (*sdktrace.TracerProvider, error) {
	lost := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "tracing_spans_lost_total",
		Help: "Total number of spans that could not be sent.",
	})
	if err := options.Metrics.Register(lost); err != nil {
		return nil, err
	}
	return sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(options.SampleRatio))),
		sdktrace.WithBatcher(watched{options.Exporter, options.Logger, lost}),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", options.Service))),
	), nil
}

// watched is an exporter whose failures are logged and counted; otherwise they would go to a handler that is the same
// for the whole process.
type watched struct {
	sdktrace.SpanExporter

	logger *slog.Logger
	lost   prometheus.Counter
}

// ExportSpans implements sdktrace.SpanExporter.
func (w watched) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if err := w.SpanExporter.ExportSpans(ctx, spans); err != nil {
		w.lost.Add(float64(len(spans)))
		w.logger.WarnContext(ctx, "spans are lost", "spans", len(spans), "error", err)
	}
	return nil
}
