package messaging

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const handleTimeout = 10 * time.Second

var retry = Retry{MaxAttempts: 4, InitialBackoff: 100 * time.Millisecond, MaxBackoff: 250 * time.Millisecond, BackoffMultiplier: 2, Jitter: 0.2}

// bench is a consumer of one topic whose broker is the test.
type bench struct {
	*Consumer

	handler  func(context.Context, Event, *wrapperspb.StringValue) error
	registry *prometheus.Registry
	buried   []Record
	refuse   atomic.Bool // whether the broker takes no dead letter
	records  chan Record
	results  chan bool // what became of each
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{registry: prometheus.NewRegistry(), records: make(chan Record), results: make(chan bool, 100)}
	all := []Subscription{Subscribe("topic", "group", func(ctx context.Context, event Event, message *wrapperspb.StringValue) error {
		return b.handler(ctx, event, message)
	})}
	metrics, err := NewConsumerMetrics(b.registry, all)
	if err != nil {
		t.Fatal(err)
	}
	b.Consumer = NewConsumer(ConsumerOptions{
		Subscriptions: all,
		Inbox:         NewMemoryInbox(100),
		Timeout:       handleTimeout,
		Retry:         retry,
		Receiver:      b,
		DeadLetters:   b,
		Attributes:    "ce_",
		Logger:        slog.New(slog.DiscardHandler),
		Metrics:       metrics,
	})
	return b
}

// Receive implements Receiver: it takes the records of the test, one after the other.
func (b *bench) Receive(stopping, ctx context.Context, handle HandleFunc) {
	for {
		select {
		case <-stopping.Done():
			return
		case r := <-b.records:
			b.results <- handle(stopping, ctx, r)
		}
	}
}

// Send implements Sender.
func (b *bench) Send(_ context.Context, r Record) error {
	if b.refuse.Load() {
		return errors.New("the broker is gone")
	}
	b.buried = append(b.buried, r)
	return nil
}

// Close implements Sender.
func (b *bench) Close() {}

// give hands a record over and returns what became of it.
func (b *bench) give(r Record) bool { return b.handle(b.stopping, b.ctx, r) }

// sample is a record that can be handled.
func sample(t *testing.T, id string) Record {
	t.Helper()
	data, err := proto.Marshal(wrapperspb.String("text"))
	if err != nil {
		t.Fatal(err)
	}
	return Record{Topic: "topic", Key: "key", Data: data, Headers: []Header{
		{"ce_id", id}, {"ce_source", "test"}, {"ce_type", "google.protobuf.StringValue"},
		{"ce_time", "2026-01-02T03:04:05Z"}, {ContentTypeHeader, ContentType},
	}}
}

func (b *bench) wantCounts(t *testing.T, handled, failed, retried, dead float64) {
	t.Helper()
	for _, want := range []struct {
		name   string
		vector *prometheus.CounterVec
		value  float64
	}{
		{"handled", b.metrics.handled, handled},
		{"failed", b.metrics.failed, failed},
		{"retried", b.metrics.retried, retried},
		{"dead letters", b.metrics.deadLettered, dead},
	} {
		if got := testutil.ToFloat64(want.vector.WithLabelValues("topic")); got != want.value {
			t.Errorf("%s: %v, want %v", want.name, got, want.value)
		}
	}
}

func TestEventIsHandledOnce(t *testing.T) {
	b := newBench(t)
	want := Event{"topic", "key", "1", "test", "google.protobuf.StringValue", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	calls := 0
	b.handler = func(_ context.Context, event Event, message *wrapperspb.StringValue) error {
		calls++
		if event != want || message.GetValue() != "text" {
			t.Errorf("the handler gets %+v and %v", event, message)
		}
		return nil
	}
	for range 2 {
		if !b.give(sample(t, "1")) {
			t.Error("an event that was handled is not done with")
		}
	}
	if calls != 1 {
		t.Errorf("an event that came twice was handled %d times", calls)
	}
	b.wantCounts(t, 2, 0, 0, 0)
}

func TestFailedEventIsTriedAgainAndThenADeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		var at []time.Time
		b.handler = func(context.Context, Event, *wrapperspb.StringValue) error {
			at = append(at, time.Now())
			return errors.New("the shop is closed")
		}
		if !b.give(sample(t, "1")) {
			t.Error("a dead letter is not done with")
		}
		if len(at) != retry.MaxAttempts {
			t.Fatalf("there were %d attempts, want %d", len(at), retry.MaxAttempts)
		}
		for i := range retry.MaxAttempts - 1 {
			least, most := retry.backoff().Wait(i+1, 0), retry.backoff().Wait(i+1, 1)
			if waited := at[i+1].Sub(at[i]); waited < least || waited > most {
				t.Errorf("attempt %d came after %v, want %v to %v", i+2, waited, least, most)
			}
		}
		b.wantCounts(t, 0, float64(retry.MaxAttempts), float64(retry.MaxAttempts-1), 1)
		b.wantBuried(t, "the shop is closed", strconv.Itoa(retry.MaxAttempts))
	})
}

// wantBuried wants one dead letter that says why and whence it came, and can be handled once its cause is fixed.
func (b *bench) wantBuried(t *testing.T, reason, attempts string) {
	t.Helper()
	if len(b.buried) != 1 {
		t.Fatalf("there are %d dead letters, want 1", len(b.buried))
	}
	dead := b.buried[0]
	if dead.Topic != "topic.group.dlq" || dead.Key != "key" || dead.Get("dead-letter-attempts") != attempts ||
		dead.Get("dead-letter-topic") != "topic" || dead.Get("dead-letter-group") != "group" ||
		!strings.Contains(dead.Get("dead-letter-reason"), reason) {
		t.Errorf("the dead letter is %+v, want the reason %q after %s attempts", dead, reason, attempts)
	}
	for _, h := range sample(t, "1").Headers {
		if !slices.ContainsFunc(dead.Headers, func(other Header) bool { return other.Name == h.Name }) {
			t.Errorf("the dead letter lacks %s", h.Name)
		}
	}
}

func TestFailureThatIsMendedIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		calls := 0
		b.handler = func(context.Context, Event, *wrapperspb.StringValue) error {
			if calls++; calls < 2 {
				return errors.New("not yet")
			}
			return nil
		}
		if !b.give(sample(t, "1")) {
			t.Error("it is not done with")
		}
		b.wantCounts(t, 1, 1, 1, 0)
	})
}

func TestPermanentErrorIsNotTriedAgain(t *testing.T) {
	b := newBench(t)
	cause := errors.New("no such order")
	b.handler = func(context.Context, Event, *wrapperspb.StringValue) error { return Permanent(cause) }
	if !b.give(sample(t, "1")) || !errors.Is(Permanent(cause), cause) {
		t.Error("it is not done with")
	}
	b.wantCounts(t, 0, 1, 0, 1)
	b.wantBuried(t, "no such order", "1")
}

func TestWhatIsNoEventIsADeadLetterAtOnce(t *testing.T) {
	for reason, spoil := range map[string]func(*Record){
		"no google.protobuf.StringValue": func(r *Record) { r.Data = []byte{0xff} },
		"lacks an id":                    func(r *Record) { r.Headers[0].Value = "" },
		"its type is":                    func(r *Record) { r.Headers[2].Value = "other.Message" },
		"its content type is":            func(r *Record) { r.Headers[4].Value = "application/json" },
	} {
		b := newBench(t)
		b.handler = func(context.Context, Event, *wrapperspb.StringValue) error {
			t.Errorf("%s: it was handled", reason)
			return nil
		}
		r := sample(t, "1")
		spoil(&r)
		if !b.give(r) {
			t.Errorf("%s: it is not done with", reason)
		}
		b.wantCounts(t, 0, 0, 0, 1)
		b.wantBuried(t, reason, "0")
	}
}

func TestPanicIsAFailure(t *testing.T) {
	b := newBench(t)
	b.handler = func(context.Context, Event, *wrapperspb.StringValue) error { panic("oh") }
	err := b.attempt(t.Context(), Event{}, func(ctx context.Context, e Event) error { return b.handler(ctx, e, nil) })
	if err == nil || err.Error() != "panic: oh" {
		t.Errorf("the attempt ended with %v", err)
	}
}

func TestAttemptHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		began := time.Now()
		err := b.attempt(t.Context(), Event{}, func(ctx context.Context, _ Event) error {
			<-ctx.Done()
			return ctx.Err()
		})
		if took := time.Since(began); took != handleTimeout || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the attempt ended after %v with %v", took, err)
		}
	})
}

func TestDeadLetterWaitsForTheBroker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.handler = func(context.Context, Event, *wrapperspb.StringValue) error { return Permanent(errors.New("no")) }
		b.refuse.Store(true)
		b.Start()
		b.records <- sample(t, "1")
		time.Sleep(time.Hour)
		if len(b.results) > 0 {
			t.Error("an event is done with that is nowhere")
		}
		b.refuse.Store(false)
		time.Sleep(time.Minute)
		if len(b.results) != 1 || !<-b.results || len(b.buried) != 1 {
			t.Error("the broker is back, and the event is not among the dead letters")
		}
		b.Stop(time.Second)
	})
}

func TestStopLetsTheAttemptFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.handler = func(ctx context.Context, _ Event, _ *wrapperspb.StringValue) error {
			return waitFor(ctx, handleTimeout/2)
		}
		b.Start()
		b.records <- sample(t, "1")
		synctest.Wait()
		began := time.Now()
		b.Stop(handleTimeout)
		if took := time.Since(began); took != handleTimeout/2 || !<-b.results {
			t.Errorf("the stop took %v, want the attempt's %v and the event done with", took, handleTimeout/2)
		}
	})
}

func TestStopCutsWhatDoesNotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.handler = func(ctx context.Context, _ Event, _ *wrapperspb.StringValue) error {
			return waitFor(ctx, handleTimeout)
		}
		b.Start()
		b.records <- sample(t, "1")
		synctest.Wait()
		began := time.Now()
		b.Stop(handleTimeout / 2)
		if took := time.Since(began); took != handleTimeout/2*9/10 || <-b.results {
			t.Errorf("the stop took %v, want %v and the event not done with", took, handleTimeout/2*9/10)
		}
		if len(b.buried) > 0 {
			t.Error("an event that a stop has cut is a dead letter")
		}
	})
}

func TestStopDoesNotWaitForAnotherAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.handler = func(context.Context, Event, *wrapperspb.StringValue) error {
			b.stop()
			return errors.New("not yet")
		}
		if done := b.give(sample(t, "1")); done {
			t.Errorf("an event that failed is done with: %t", done)
		}
		if b.give(sample(t, "2")) {
			t.Error("an event is done with that came after the stop")
		}
	})
}

// waitFor waits, or returns the end of ctx.
func waitFor(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func TestEverySeriesStartsAtZero(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{
		"events_handled_total", "events_failed_total", "events_retried_total", "events_dead_lettered_total",
		"events_handling_seconds", "events_consumer_lag", "events_broker_connected",
	} {
		if n, err := testutil.GatherAndCount(b.registry, name); err != nil || n != 1 {
			t.Errorf("%s has %d series (%v), want the topic's", name, n, err)
		}
	}
}

func TestReasonFitsAHeader(t *testing.T) {
	if got := headerText(strings.Repeat("ä", maxHeader)); len(got) > maxHeader || !utf8.ValidString(got) {
		t.Errorf("the text has %d bytes, want valid UTF-8 of at most %d", len(got), maxHeader)
	}
}

// traced is a Tracing that keeps the trace parents and the errors.
type traced struct {
	parent string
	ended  []error
}

type traceKey struct{}

func (tr *traced) Publishing(ctx context.Context, _ Event, traceParent string, publish func(context.Context, string) error) error {
	err := publish(ctx, "span of "+traceParent)
	tr.parent, tr.ended = traceParent, append(tr.ended, err)
	return err
}

func (tr *traced) Handling(ctx context.Context, _ Event, _, traceParent string, handle func(context.Context) error) error {
	err := handle(context.WithValue(ctx, traceKey{}, true))
	tr.parent, tr.ended = traceParent, append(tr.ended, err)
	return err
}

// The span of an event is of all its attempts, and fails where the event becomes a dead letter.
func TestHandlingHasASpan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			results []error
			want    error
		}{
			{[]error{nil}, nil},
			{[]error{errors.New("not yet"), nil}, nil},
			{[]error{Permanent(errors.New("no such order"))}, Permanent(errors.New("no such order"))},
		} {
			b, tracing := newBench(t), &traced{}
			b.tracing = tracing
			attempts := 0
			b.handler = func(ctx context.Context, _ Event, _ *wrapperspb.StringValue) error {
				if ctx.Value(traceKey{}) == nil {
					t.Error("the handler is in no span")
				}
				attempts++
				return test.results[attempts-1]
			}
			r := sample(t, "1")
			r.Headers = append(r.Headers, Header{"traceparent", "the publisher's"})
			b.give(r)
			if tracing.parent != "the publisher's" || len(tracing.ended) != 1 {
				t.Errorf("there are spans in %q that ended with %v", tracing.parent, tracing.ended)
			} else if got := tracing.ended[0]; (got == nil) != (test.want == nil) || got != nil && got.Error() != test.want.Error() {
				t.Errorf("the span ended with %v, want %v", got, test.want)
			}
		}
	})
}
