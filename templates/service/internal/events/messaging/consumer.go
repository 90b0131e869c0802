package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msgen/msgen/templates/service/internal/backoff"
)

const (
	buryTimeout = 10 * time.Second // that the broker has to take a dead letter, before it is offered again
	buryPause   = 200 * time.Millisecond
	buryLongest = 10 * time.Second
)

// ConsumerOptions say how events are handled.
type ConsumerOptions struct {
	Subscriptions []Subscription
	Inbox         Inbox
	Timeout       time.Duration // of one attempt to handle an event
	Retry         Retry

	Receiver    Receiver
	DeadLetters Sender // which the Consumer closes when it stops
	Attributes  string // what the broker's headers of CloudEvents begin with

	Logger  *slog.Logger
	Metrics *ConsumerMetrics
	Tracing Tracing // nil: there are no spans
}

// Consumer handles the events of its subscriptions, from Start to Stop. NewConsumer makes it.
type Consumer struct {
	options ConsumerOptions
	byTopic map[string]Subscription
	logger  *slog.Logger
	metrics *ConsumerMetrics
	tracing Tracing

	stopping, ctx context.Context //nolint:containedctx // the end of new work, and of all work
	stop, cut     context.CancelFunc
	stopped       chan struct{}
}

// NewConsumer returns a Consumer that hands events to the handlers of the subscriptions, each as often as the inbox says.
func NewConsumer(options ConsumerOptions) *Consumer {
	c := &Consumer{
		options: options,
		byTopic: map[string]Subscription{},
		logger:  options.Logger,
		metrics: options.Metrics,
		tracing: orUntraced(options.Tracing),
		stopped: make(chan struct{}),
	}
	for _, s := range options.Subscriptions {
		c.byTopic[s.Topic] = s
	}
	c.stopping, c.stop = context.WithCancel(context.Background())
	c.ctx, c.cut = context.WithCancel(context.Background())
	return c
}

// Start begins to handle events.
func (c *Consumer) Start() {
	go func() {
		defer close(c.stopped)
		c.options.Receiver.Receive(c.stopping, c.ctx, c.handle)
		c.options.DeadLetters.Close()
	}()
}

// Stop takes no further events and lets attempts finish, for at most the given time: after nine tenths of it, their
// contexts end. Events that are not done are delivered again, to another instance or after the next start.
func (c *Consumer) Stop(within time.Duration) {
	c.stop()
	defer c.cut()
	select {
	case <-c.stopped:
		return
	case <-time.After(within - within/10):
	}
	c.logger.Warn("graceful timeout is over, cutting the events that remain")
	c.cut()
	select {
	case <-c.stopped:
	case <-time.After(within / 10):
	}
}

// handle sees to one record.
func (c *Consumer) handle(stopping, ctx context.Context, r Record) (done bool) {
	event, handle, err := c.open(r)
	if err != nil {
		return c.bury(stopping, r, 0, err)
	}
	_ = c.tracing.Handling(ctx, event, c.byTopic[r.Topic].Group, r.Get(traceHeader), func(ctx context.Context) (failure error) {
		done, failure = c.try(stopping, ctx, r, event, handle)
		return failure
	})
	return done
}

// try handles an event until an attempt succeeds, or puts it among the dead letters for the failure that it returns. It
// reports whether the event is done with.
func (c *Consumer) try(
	stopping, ctx context.Context, r Record, event Event, handle func(context.Context, Event) error,
) (done bool, failure error) {
	for attempt := 1; stopping.Err() == nil; attempt++ {
		err := c.attempt(ctx, event, handle)
		if err == nil {
			c.metrics.handled.WithLabelValues(event.Topic).Inc()
			return true, nil
		}
		c.metrics.failed.WithLabelValues(event.Topic).Inc()
		c.logger.WarnContext(ctx, "event failed", "topic", event.Topic, "id", event.ID, "attempt", attempt, "error", err)
		last := isPermanent(err) || attempt == c.options.Retry.MaxAttempts
		if last && ctx.Err() == nil {
			return c.bury(stopping, r, attempt, err), err
		}
		pause := c.options.Retry.backoff().Wait(attempt, rand.Float64()) //nolint:gosec // jitter is no secret
		if !backoff.Sleep(stopping, pause) {
			break
		}
		c.metrics.retried.WithLabelValues(event.Topic).Inc()
	}
	return false, nil
}

// attempt handles the event once, unless it has been handled before.
func (c *Consumer) attempt(ctx context.Context, event Event, handle func(context.Context, Event) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	began := time.Now()
	defer func() {
		c.metrics.seconds.WithLabelValues(event.Topic).Observe(time.Since(began).Seconds())
		if value := recover(); value != nil {
			c.logger.ErrorContext(ctx, "handler panicked", "topic", event.Topic, "id", event.ID, "panic", value, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	return c.options.Inbox.Do(ctx, event, func(ctx context.Context) error { return handle(ctx, event) })
}

// bury puts a record among the dead letters, and tries for as long as the broker does not take it.
func (c *Consumer) bury(stopping context.Context, r Record, attempts int, reason error) bool {
	s, dead := c.byTopic[r.Topic], r
	dead.Topic = s.DeadLetters()
	dead.Headers = append(slices.Clone(r.Headers),
		Header{"dead-letter-reason", headerText(reason.Error())},
		Header{"dead-letter-attempts", strconv.Itoa(attempts)},
		Header{"dead-letter-topic", s.Topic},
		Header{"dead-letter-group", s.Group},
		Header{"dead-letter-time", time.Now().UTC().Format(time.RFC3339Nano)})
	pause := backoff.New(buryPause, buryLongest)
	for {
		err := c.sendDead(stopping, dead)
		if err == nil {
			c.metrics.deadLettered.WithLabelValues(s.Topic).Inc()
			c.logger.Error("event is a dead letter", "topic", s.Topic, "id", r.Get(c.options.Attributes+"id"), "attempts", attempts, "error", reason)
			return true
		}
		if stopping.Err() != nil {
			return false
		}
		c.logger.Warn("the broker does not take a dead letter", "topic", dead.Topic, "error", err)
		pause.Wait(stopping)
	}
}

func (c *Consumer) sendDead(stopping context.Context, dead Record) error {
	ctx, cancel := context.WithTimeout(stopping, buryTimeout)
	defer cancel()
	return c.options.DeadLetters.Send(ctx, dead)
}

// open reads what a record says of itself, and its message.
func (c *Consumer) open(r Record) (Event, func(context.Context, Event) error, error) {
	s := c.byTopic[r.Topic]
	attribute := func(name string) string { return r.Get(c.options.Attributes + name) }
	event := Event{
		Topic:  r.Topic,
		Key:    r.Key,
		ID:     attribute("id"),
		Source: attribute("source"),
		Type:   attribute("type"),
	}
	event.Time, _ = time.Parse(time.RFC3339Nano, attribute("time")) // CloudEvents may have none
	switch {
	case event.ID == "" || event.Source == "":
		return event, nil, errors.New("no CloudEvent: it lacks an id or a source")
	case event.Type != s.message:
		return event, nil, fmt.Errorf("its type is %q, want %q", event.Type, s.message)
	case r.Get(ContentTypeHeader) != ContentType:
		return event, nil, fmt.Errorf("its content type is %q, want %q", r.Get(ContentTypeHeader), ContentType)
	}
	handle, err := s.decode(r.Data)
	return event, handle, err
}

// maxHeader is how many bytes of an error a header carries.
const maxHeader = 1024

// headerText is an error as a header may carry it.
func headerText(text string) string { return strings.ToValidUTF8(text[:min(len(text), maxHeader)], "") }
