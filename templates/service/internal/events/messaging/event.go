// Package messaging publishes and handles events, whichever broker carries them: each at least once, those of one key in
// the order in which they were published. On the way they are CloudEvents 1.0 in binary mode, with a protobuf message as
// data.
package messaging

import (
	"context"
	"time"
)

// Event is what an event says of itself, without its message.
type Event struct {
	Topic  string    // where it is published
	Key    string    // what it is about: events of one key keep their order; empty: of none
	ID     string    // no two events of a source share it
	Source string    // the service that published it
	Type   string    // full name of its message
	Time   time.Time // when it was made
}

// Record is an event as a broker carries it.
type Record struct {
	Topic, Key string
	Headers    []Header
	Data       []byte
}

// Header is a header of a record. Its name is not unique where the broker allows that.
type Header struct{ Name, Value string }

// Get is the value of the header with that name, or empty.
func (r Record) Get(name string) string {
	for _, h := range r.Headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

// What the data of an event are, as a header says it.
const (
	ContentTypeHeader = "content-type"
	ContentType       = "application/protobuf"
)

// Sender hands records to a broker.
type Sender interface {
	// Send returns nil once the broker has said that it keeps the record.
	Send(ctx context.Context, r Record) error
	// Close ends the connections. Sending fails from then on.
	Close()
}
