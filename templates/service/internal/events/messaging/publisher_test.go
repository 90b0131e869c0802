package messaging

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// sent is a Sender that keeps what it is given, unless it has an answer.
type sent struct {
	records []Record
	answer  error
	closed  bool
}

func (s *sent) Send(_ context.Context, r Record) error {
	s.records = append(s.records, r)
	return s.answer
}

func (s *sent) Close() { s.closed = true }

func newTestPublisher(t *testing.T, tracing Tracing, topics ...string) (*Publisher, *sent, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	metrics, err := NewPublisherMetrics(registry, topics)
	if err != nil {
		t.Fatal(err)
	}
	sender := &sent{}
	return NewPublisher(PublisherOptions{Sender: sender, Attributes: "ce_", Metrics: metrics, Tracing: tracing}), sender, registry
}

func TestPublishedEventsAreCloudEvents(t *testing.T) {
	p, sender, _ := newTestPublisher(t, nil, "topic")
	ids := map[string]bool{}
	for _, test := range []struct{ key, traceParent string }{{"key", "00-1-2-01"}, {"", ""}} {
		m, err := NewMessage("orders", "topic", test.key, wrapperspb.String("text"))
		if err != nil {
			t.Fatal(err)
		}
		m.TraceParent = test.traceParent
		if err := p.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"ce_specversion": "1.0",
			"ce_id":          m.ID,
			"ce_source":      "orders",
			"ce_type":        "google.protobuf.StringValue",
			"ce_time":        m.Time.UTC().Format(time.RFC3339Nano),
			"content-type":   "application/protobuf",
		}
		if test.key != "" {
			want["ce_partitionkey"], want["traceparent"] = test.key, test.traceParent
		}
		got := map[string]string{}
		record := sender.records[len(sender.records)-1]
		for _, h := range record.Headers {
			got[h.Name] = h.Value
		}
		if record.Topic != "topic" || record.Key != test.key || !maps.Equal(got, want) || ids[m.ID] || m.Time.IsZero() {
			t.Errorf("the record is %+v, want the headers %v", record, want)
		}
		ids[m.ID] = true
	}
	if p.Close(); !sender.closed {
		t.Error("the connection is open after Close")
	}
}

func TestPublishingIsCounted(t *testing.T) {
	p, sender, registry := newTestPublisher(t, nil, "topic", "other")
	if n, err := testutil.GatherAndCount(registry, "events_published_total", "events_publish_failures_total"); err != nil || n != 4 {
		t.Errorf("%d series are there from the start (%v), want two for each topic", n, err)
	}
	for _, sender.answer = range []error{nil, errors.New("the broker is gone"), nil} {
		m := Message{Event: Event{Topic: "topic", ID: "1"}}
		if err := p.Publish(t.Context(), m); !errors.Is(err, sender.answer) || err != nil && !strings.Contains(err.Error(), "event 1 for topic") {
			t.Errorf("Publish returned %v, want %v with the event", err, sender.answer)
		}
	}
	published, failed := testutil.ToFloat64(p.metrics.published.WithLabelValues("topic")), testutil.ToFloat64(p.metrics.failures.WithLabelValues("topic"))
	if published != 2 || failed != 1 {
		t.Errorf("%v events were published and %v failed, want 2 and 1", published, failed)
	}
}

// A relay publishes after the caller has gone, in the trace of the message.
func TestPublishingHasASpan(t *testing.T) {
	tracing := &traced{}
	p, sender, _ := newTestPublisher(t, tracing, "topic")
	for _, sender.answer = range []error{nil, errors.New("the broker is gone")} {
		tracing.ended = nil
		_ = p.Publish(t.Context(), Message{Event: Event{Topic: "topic"}, TraceParent: "the caller's"})
		if got := sender.records[0].Get("traceparent"); got != "span of the caller's" || tracing.parent != "the caller's" {
			t.Errorf("the event has the trace %q, in %q", got, tracing.parent)
		}
		if len(tracing.ended) != 1 || !errors.Is(tracing.ended[0], sender.answer) {
			t.Errorf("the spans ended with %v, want %v", tracing.ended, sender.answer)
		}
	}
}
