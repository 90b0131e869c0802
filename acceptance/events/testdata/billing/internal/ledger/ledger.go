// Package ledger is a file whose lines hold an event's id together with its effect: both are there, or neither is.
package ledger

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"

	"example.com/billing/internal/events"
)

// Ledger is an inbox for events.
type Ledger struct {
	mu    sync.Mutex
	file  *os.File
	known map[string]bool
}

type effect struct{ text string }

type key struct{}

// Open reads the ledger in the file that LEDGER names, and goes on with it. A last line that is not whole is dropped.
func Open() *Ledger {
	path := os.Getenv("LEDGER")
	written, _ := os.ReadFile(path)
	written = written[:bytes.LastIndexByte(written, '\n')+1]
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err == nil {
		err = file.Truncate(int64(len(written)))
	}
	if err != nil {
		panic(err)
	}
	l := &Ledger{file: file, known: map[string]bool{}}
	for line := range strings.Lines(string(written)) {
		id, _, _ := strings.Cut(line, " ")
		l.known[id] = true
	}
	return l
}

// Do implements events.Inbox.
func (l *Ledger) Do(ctx context.Context, event events.Event, handle func(context.Context) error) error {
	l.mu.Lock()
	known := l.known[event.ID]
	l.mu.Unlock()
	if known {
		return nil
	}
	done := &effect{}
	if err := handle(context.WithValue(ctx, key{}, done)); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := fmt.Fprintf(l.file, "%s %s\n", event.ID, done.text); err != nil {
		return err
	}
	l.known[event.ID] = true
	return nil
}

// Write has the ledger write the effect of the event that ctx is of.
func Write(ctx context.Context, text string) { ctx.Value(key{}).(*effect).text = text }
