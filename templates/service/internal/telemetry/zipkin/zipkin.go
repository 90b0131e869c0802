// Package zipkin sends spans to a Zipkin server.
package zipkin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// sendTimeout bounds how long it takes to send a batch of spans.
const sendTimeout = 10 * time.Second

// exporter sends spans in Zipkin's format, version 2, https://zipkin.io/zipkin-api/#/default/post_spans. What
// becomes what is as OpenTelemetry has it, https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/.
type exporter struct {
	url     string
	service string
	client  http.Client
}

// New returns the exporter that sends the spans of service to the Zipkin server at endpoint.
func New(service, endpoint string) (sdktrace.SpanExporter, error) {
	target, err := url.Parse("http://" + endpoint + "/api/v2/spans")
	if err != nil {
		return nil, err
	}
	return &exporter{url: target.String(), service: service, client: http.Client{Timeout: sendTimeout}}, nil
}

// ExportSpans implements sdktrace.SpanExporter.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	batch := make([]wireSpan, len(spans))
	for i, span := range spans {
		batch[i] = e.wire(span)
	}
	body, err := json.Marshal(batch)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := e.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", e.url, resp.Status)
	}
	return nil
}

// Shutdown implements sdktrace.SpanExporter.
func (e *exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

// wireSpan is a span as Zipkin reads it.
type wireSpan struct {
	TraceID       string            `json:"traceId"`
	ParentID      string            `json:"parentId,omitempty"`
	ID            string            `json:"id"`
	Kind          string            `json:"kind,omitempty"`
	Name          string            `json:"name"`
	Timestamp     int64             `json:"timestamp"` // in microseconds, as is Duration
	Duration      int64             `json:"duration"`
	LocalEndpoint endpoint          `json:"localEndpoint"`
	Annotations   []annotation      `json:"annotations,omitempty"`
	Tags          map[string]string `json:"tags,omitempty"`
}

type endpoint struct {
	ServiceName string `json:"serviceName"`
}

type annotation struct {
	Timestamp int64  `json:"timestamp"`
	Value     string `json:"value"`
}

func (e *exporter) wire(span sdktrace.ReadOnlySpan) wireSpan {
	result := wireSpan{
		TraceID:       span.SpanContext().TraceID().String(),
		ID:            span.SpanContext().SpanID().String(),
		Kind:          kindOf(span.SpanKind()),
		Name:          span.Name(),
		Timestamp:     span.StartTime().UnixMicro(),
		Duration:      max(1, span.EndTime().Sub(span.StartTime()).Microseconds()), // 0 means that it is not known
		LocalEndpoint: endpoint{e.service},
		Tags:          tagsOf(span),
	}
	if parent := span.Parent().SpanID(); parent.IsValid() {
		result.ParentID = parent.String()
	}
	for _, event := range span.Events() {
		result.Annotations = append(result.Annotations, annotation{event.Time.UnixMicro(), event.Name})
	}
	return result
}

// tagsOf are the span's attributes and its status.
func tagsOf(span sdktrace.ReadOnlySpan) map[string]string {
	tags := make(map[string]string)
	for _, attribute := range span.Attributes() {
		tags[string(attribute.Key)] = attribute.Value.Emit()
	}
	if status := span.Status(); status.Code == codes.Error {
		tags["otel.status_code"] = "ERROR"
		tags["error"] = status.Description
	}
	return tags
}

// kindOf is the kind of a span; one that stays within the process has none.
func kindOf(kind trace.SpanKind) string {
	switch kind {
	case trace.SpanKindServer:
		return "SERVER"
	case trace.SpanKindClient:
		return "CLIENT"
	case trace.SpanKindProducer:
		return "PRODUCER"
	case trace.SpanKindConsumer:
		return "CONSUMER"
	default:
		return ""
	}
}
