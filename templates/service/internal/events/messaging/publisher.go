package messaging

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"
)

// Message is an event that is to be published. It can be stored: see Outbox.
type Message struct {
	Event

	TraceParent string // the trace that it was made in, as https://www.w3.org/TR/trace-context/ writes it; may be empty
	Data        []byte // the message in protobuf's encoding
}

// NewMessage returns an event of source, which has an ID of its own.
func NewMessage(source, topic, key string, message proto.Message) (Message, error) {
	data, err := proto.Marshal(message)
	if err != nil {
		return Message{}, err
	}
	return Message{
		Event: Event{
			Topic:  topic,
			Key:    key,
			ID:     rand.Text(),
			Source: source,
			Type:   string(message.ProtoReflect().Descriptor().FullName()),
			Time:   time.Now(),
		},
		Data: data,
	}, nil
}

// PublisherOptions say how events are published.
type PublisherOptions struct {
	Sender     Sender
	Attributes string // what the broker's headers of CloudEvents begin with
	Metrics    *PublisherMetrics
	Tracing    Tracing // nil: there are no spans
}

// Publisher publishes events. NewPublisher makes it; its methods may be called at the same time.
type Publisher struct {
	send    func(context.Context, Message) error
	end     func()
	metrics *PublisherMetrics
	tracing Tracing
}

// NewPublisher returns a Publisher. Close it, which closes its sender.
func NewPublisher(options PublisherOptions) *Publisher {
	return &Publisher{
		send: func(ctx context.Context, m Message) error {
			return options.Sender.Send(ctx, m.record(options.Attributes))
		},
		end:     options.Sender.Close,
		metrics: options.Metrics,
		tracing: orUntraced(options.Tracing),
	}
}

// NewPublisherTo returns a Publisher whose events go to send and to no broker: for tests of what publishes.
func NewPublisherTo(send func(context.Context, Message) error) *Publisher {
	metrics, _ := NewPublisherMetrics(prometheus.NewRegistry(), nil) // a new registry refuses nothing
	return &Publisher{send: send, end: func() {}, metrics: metrics, tracing: untraced{}}
}

// Close ends the connection. Publishing fails from then on.
func (p *Publisher) Close() { p.end() }

// Publish publishes a message that was made before. When it is published again after an error, its subscribers can tell
// that it is the same.
func (p *Publisher) Publish(ctx context.Context, m Message) error {
	return p.tracing.Publishing(ctx, m.Event, m.TraceParent, func(ctx context.Context, traceParent string) error {
		m.TraceParent = traceParent
		if err := p.send(ctx, m); err != nil {
			p.metrics.failures.WithLabelValues(m.Topic).Inc()
			return fmt.Errorf("event %s for %s: %w", m.ID, m.Topic, err)
		}
		p.metrics.published.WithLabelValues(m.Topic).Inc()
		return nil
	})
}

// record is the event as the broker carries it.
func (m Message) record(attributes string) Record {
	r := Record{Topic: m.Topic, Key: m.Key, Data: m.Data, Headers: []Header{
		{attributes + "specversion", "1.0"},
		{attributes + "id", m.ID},
		{attributes + "source", m.Source},
		{attributes + "type", m.Type},
		{attributes + "time", m.Time.UTC().Format(time.RFC3339Nano)},
		{ContentTypeHeader, ContentType},
	}}
	if m.Key != "" {
		r.Headers = append(r.Headers, Header{attributes + "partitionkey", m.Key})
	}
	if m.TraceParent != "" {
		r.Headers = append(r.Headers, Header{traceHeader, m.TraceParent})
	}
	return r
}
