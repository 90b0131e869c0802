// Package logging makes the logger of a process.
package logging

import (
	"context"
	"io"
	"log/slog"
)

// SpanOf returns the trace and the span that a context belongs to, in hexadecimal, or "" when it belongs to none.
type SpanOf func(ctx context.Context) (traceID, spanID string)

// New returns a logger that writes JSON to w, one line for an entry. Who logs an entry goes on when it is written, so that a
// process that ends early loses none. Each line has the trace and the span of its context.
func New(w io.Writer, level slog.Leveler, spanOf SpanOf) *slog.Logger {
	out := newLines(w)
	return slog.New(handler{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}), spanOf, out})
}

// handler adds to each entry the trace and the span that its context belongs to, and has it written.
type handler struct {
	slog.Handler

	spanOf SpanOf
	out    *lines
}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, entry slog.Record) error {
	if traceID, spanID := h.spanOf(ctx); traceID != "" {
		entry = entry.Clone()
		entry.AddAttrs(slog.String("trace_id", traceID), slog.String("span_id", spanID))
	}
	if err := h.Handler.Handle(ctx, entry); err != nil {
		return err
	}
	return h.out.flush()
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs), h.spanOf, h.out}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name), h.spanOf, h.out}
}
