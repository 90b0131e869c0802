// Package otlp sends spans by OTLP over gRPC, which Jaeger and every collector take.
package otlp

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// New returns the exporter that sends spans to the collector at endpoint. It connects when there is something to send.
func New(endpoint string) (sdktrace.SpanExporter, error) {
	return otlptracegrpc.New(context.Background(), otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure())
}
