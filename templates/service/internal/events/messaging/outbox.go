package messaging

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/msgen/msgen/templates/service/internal/backoff"
)

const (
	relayBatch   = 100 // messages that are asked for at once
	relayPause   = 100 * time.Millisecond
	relayLongest = 5 * time.Second
)

// Outbox holds events that are stored together with what they tell of, in one transaction of the caller's, so that
// neither is there without the other. A table with a column for each field of Message and one that counts up will do.
type Outbox interface {
	// Pending returns up to limit messages that are not yet published, in the order in which they were stored.
	// Where several processes relay the same outbox, it has to keep them apart: else order is lost.
	Pending(ctx context.Context, limit int) ([]Message, error)
	// Published forgets messages that the broker has.
	Published(ctx context.Context, messages []Message) error
}

// Relay publishes what outbox holds until ctx is done, one message after the other, each at least once: it is published
// again when Published fails after it. It looks for more ten times a second, and less often while something fails.
func (p *Publisher) Relay(ctx context.Context, outbox Outbox, logger *slog.Logger) {
	pause := backoff.New(relayPause, relayLongest)
	for ctx.Err() == nil {
		more, err := p.relay(ctx, outbox)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			logger.WarnContext(ctx, "events wait in the outbox", "error", err)
			pause.Wait(ctx)
		case more:
			pause.Reset()
		default:
			pause.Reset()
			pause.Wait(ctx)
		}
	}
}

// relay publishes one batch, and reports whether there may be more to publish.
func (p *Publisher) relay(ctx context.Context, outbox Outbox) (more bool, err error) {
	messages, err := outbox.Pending(ctx, relayBatch)
	if err != nil || len(messages) == 0 {
		return false, err
	}
	sent := 0
	for sent < len(messages) {
		if err = p.Publish(ctx, messages[sent]); err != nil {
			break // those behind it wait for it
		}
		sent++
	}
	if sent > 0 {
		err = errors.Join(err, outbox.Published(context.WithoutCancel(ctx), messages[:sent]))
	}
	return len(messages) == relayBatch, err
}
