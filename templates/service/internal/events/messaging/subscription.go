package messaging

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
)

// Subscription is a topic that the service reads. Subscribe makes it.
type Subscription struct {
	Topic string
	Group string // the instances that share the events of the topic

	message string // full name
	decode  func(data []byte) (handle func(context.Context, Event) error, err error)
}

// Subscribe returns a subscription whose events handle gets, with messages of the type that it takes.
func Subscribe[M any, P interface {
	*M
	proto.Message
}](topic, group string, handle func(context.Context, Event, P) error) Subscription {
	name := string(P(new(M)).ProtoReflect().Descriptor().FullName())
	return Subscription{Topic: topic, Group: group, message: name, decode: func(data []byte) (func(context.Context, Event) error, error) {
		message := P(new(M))
		if err := proto.Unmarshal(data, message); err != nil {
			return nil, fmt.Errorf("no %s: %w", name, err)
		}
		return func(ctx context.Context, event Event) error { return handle(ctx, event, message) }, nil
	}}
}

// DeadLetters is the topic of the events that could not be handled.
func (s Subscription) DeadLetters() string { return s.Topic + "." + s.Group + ".dlq" }

// Receiver gets records from a broker.
type Receiver interface {
	// Receive calls handle with each record until stopping is done, and returns when every call has returned and what
	// was handled is acknowledged: then the connections are closed. It calls for one record of a key after the other.
	Receive(stopping, ctx context.Context, handle HandleFunc)
}

// HandleFunc handles a record, and reports whether it is done with. It is not when stopping or ctx ended before: then the
// broker hands it over again, here or elsewhere. Stopping ends no later than ctx.
type HandleFunc func(stopping, ctx context.Context, r Record) bool
