package messaging

import (
	"context"
	"sync"
)

// Inbox keeps an event that comes twice from having its effect twice. Events do come twice: when a process ends between
// the work and the word to the broker, or when a publisher does not know whether the broker has its event.
//
// To have effects exactly once, implement it with the database that the effects are in: in one transaction, insert the
// source and the id of the event where they are unique, stop there if they are known, and call handle with a context
// that carries the transaction.
type Inbox interface {
	// Do calls handle, unless it has returned nil for the event before, and returns its error.
	Do(ctx context.Context, event Event, handle func(context.Context) error) error
}

// MemoryInbox is an Inbox that remembers the last events of one process. It forgets the oldest beyond its size, and all
// of them when the process ends; other instances do not know what it knows. NewMemoryInbox makes it.
type MemoryInbox struct {
	mu    sync.Mutex
	known map[eventID]bool
	order []eventID // a ring of those that are known
	next  int       // the oldest of the ring
}

type eventID struct{ topic, source, id string }

// NewMemoryInbox returns an inbox that remembers the last size events.
func NewMemoryInbox(size int) *MemoryInbox {
	return &MemoryInbox{known: map[eventID]bool{}, order: make([]eventID, size)}
}

// Do calls handle, unless the inbox remembers the event.
func (m *MemoryInbox) Do(ctx context.Context, event Event, handle func(context.Context) error) error {
	id := eventID{event.Topic, event.Source, event.ID}
	m.mu.Lock()
	known := m.known[id]
	m.mu.Unlock()
	if known {
		return nil
	}
	if err := handle(ctx); err != nil {
		return err
	}
	m.remember(id)
	return nil
}

func (m *MemoryInbox) remember(id eventID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known[id] {
		return
	}
	delete(m.known, m.order[m.next])
	m.known[id], m.order[m.next] = true, id
	m.next = (m.next + 1) % len(m.order)
}
