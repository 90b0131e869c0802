package zipkin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func TestSpanBecomesZipkins(t *testing.T) {
	began := time.UnixMicro(1_700_000_000_000_000)
	id := trace.SpanContextConfig{TraceID: trace.TraceID{15: 1}, SpanID: trace.SpanID{7: 2}}
	parent := trace.SpanContextConfig{TraceID: id.TraceID, SpanID: trace.SpanID{7: 3}}
	got := zipkinOf(t, tracetest.SpanStub{
		Name:        "shop.Orders/Get",
		SpanKind:    trace.SpanKindServer,
		SpanContext: trace.NewSpanContext(id),
		Parent:      trace.NewSpanContext(parent),
		StartTime:   began,
		EndTime:     began.Add(1500 * time.Microsecond),
		Attributes:  []attribute.KeyValue{attribute.Int("rpc.count", 4)},
		Events:      []sdktrace.Event{{Name: "found", Time: began.Add(time.Millisecond)}},
		Status:      sdktrace.Status{Code: codes.Error, Description: "no such order"},
	})
	want := map[string]any{
		"traceId":       "00000000000000000000000000000001",
		"parentId":      "0000000000000003",
		"id":            "0000000000000002",
		"kind":          "SERVER",
		"name":          "shop.Orders/Get",
		"timestamp":     1_700_000_000_000_000.0,
		"duration":      1500.0,
		"localEndpoint": map[string]any{"serviceName": "orders"},
		"annotations":   []any{map[string]any{"timestamp": 1_700_000_000_001_000.0, "value": "found"}},
		"tags":          map[string]any{"rpc.count": "4", "otel.status_code": "ERROR", "error": "no such order"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Zipkin gets %v, want %v", got, want)
	}
}

func TestSpanWithoutParentIsARoot(t *testing.T) {
	for kind, want := range map[trace.SpanKind]any{
		trace.SpanKindInternal: nil, trace.SpanKindClient: "CLIENT", trace.SpanKindProducer: "PRODUCER", trace.SpanKindConsumer: "CONSUMER",
	} {
		got := zipkinOf(t, tracetest.SpanStub{SpanKind: kind})
		if _, ok := got["parentId"]; ok || got["kind"] != want || got["duration"] != 1.0 {
			t.Errorf("Zipkin gets %v, want kind %v and no parent", got, want)
		}
	}
}

// zipkinOf exports a span and returns what a Zipkin server gets.
func zipkinOf(t *testing.T, stub tracetest.SpanStub) map[string]any {
	t.Helper()
	var spans []map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/api/v2/spans" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("Zipkin gets %s %s with %v", r.Method, r.URL, r.Header)
		}
		if err := json.NewDecoder(r.Body).Decode(&spans); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	exporter, err := New("orders", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if err := exporter.ExportSpans(t.Context(), []sdktrace.ReadOnlySpan{stub.Snapshot()}); err != nil {
		t.Fatal(err)
	}
	if len(spans) != 1 {
		t.Fatalf("Zipkin gets %d spans, want one", len(spans))
	}
	return spans[0]
}

func TestZipkinThatRefusesIsAnError(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	exporter, err := New("orders", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	err = exporter.ExportSpans(t.Context(), []sdktrace.ReadOnlySpan{tracetest.SpanStub{}.Snapshot()})
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("the error is %v, want Zipkin's answer", err)
	}
}
