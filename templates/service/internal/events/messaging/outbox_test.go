package messaging

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memoryOutbox is an Outbox whose Published may fail.
type memoryOutbox struct {
	mu      sync.Mutex
	pending []Message
	forget  error
}

func (o *memoryOutbox) Pending(_ context.Context, limit int) ([]Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.pending[:min(limit, len(o.pending))]), nil
}

func (o *memoryOutbox) Published(_ context.Context, messages []Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.forget == nil {
		o.pending = o.pending[len(messages):]
	}
	return o.forget
}

func (o *memoryOutbox) store(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range n {
		o.pending = append(o.pending, Message{Event: Event{Topic: "topic", ID: strconv.Itoa(i)}})
	}
}

func TestRelayPublishesInOrderUntilTheBrokerHasIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		tries := 0
		p := NewPublisherTo(func(_ context.Context, m Message) error {
			if tries++; tries%7 == 0 {
				return errors.New("the broker is gone")
			}
			sent = append(sent, m.ID)
			return nil
		})
		outbox := &memoryOutbox{}
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() {
			p.Relay(ctx, outbox, slog.New(slog.DiscardHandler))
			close(stopped)
		}()
		time.Sleep(time.Minute) // with nothing to do
		outbox.store(250)
		time.Sleep(10 * time.Minute)
		stop()
		<-stopped
		if len(sent) != 250 || len(outbox.pending) != 0 {
			t.Fatalf("%d events were published and %d are left, want 250 and none", len(sent), len(outbox.pending))
		}
		for i, id := range sent {
			if id != strconv.Itoa(i) {
				t.Fatalf("event %d is %s", i, id)
			}
		}
	})
}

func TestRelayPublishesAgainWhatCouldNotBeForgotten(t *testing.T) {
	var sent []string
	p := NewPublisherTo(func(_ context.Context, m Message) error {
		sent = append(sent, m.ID)
		return nil
	})
	outbox := &memoryOutbox{forget: errors.New("the database is gone")}
	outbox.store(2)
	if _, err := p.relay(t.Context(), outbox); !errors.Is(err, outbox.forget) {
		t.Errorf("relay returned %v", err)
	}
	outbox.forget = nil
	if _, err := p.relay(t.Context(), outbox); err != nil {
		t.Error(err)
	}
	if !slices.Equal(sent, []string{"0", "1", "0", "1"}) || len(outbox.pending) != 0 {
		t.Errorf("%v were published and %d are left", sent, len(outbox.pending))
	}
}
