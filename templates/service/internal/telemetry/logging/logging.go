// Package logging makes the logger of a process.
package logging

import (
	"context"
	"io"
	"log/slog"
)

// SpanOf returns the trace and the span that a context belongs to, in hexadecimal, or "" when it belongs to none.
type SpanOf func(ctx context.Context) (traceID, spanID string)

// New returns a logger that writes JSON to w, one line for an entry, and each line by a write of its own, so that a
// process that ends early loses none. Each line has the trace and the span of its context.
func New(w io.Writer, level slog.Leveler, spanOf SpanOf) *slog.Logger {
	return slog.New(traced{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}), spanOf})
}

// traced adds to each entry the trace and the span that its context belongs to.
type traced struct {
	slog.Handler

	spanOf SpanOf
}

// Handle implements slog.Handler.
func (h traced) Handle(ctx context.Context, entry slog.Record) error {
	if traceID, spanID := h.spanOf(ctx); traceID != "" {
		entry = entry.Clone()
		entry.AddAttrs(slog.String("trace_id", traceID), slog.String("span_id", spanID))
	}
	return h.Handler.Handle(ctx, entry)
}

// WithAttrs implements slog.Handler.
func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traced{h.Handler.WithAttrs(attrs), h.spanOf}
}

// WithGroup implements slog.Handler.
func (h traced) WithGroup(name string) slog.Handler {
	return traced{h.Handler.WithGroup(name), h.spanOf}
}
