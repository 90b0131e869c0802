package messaging

import "context"

// traceHeader carries the trace of an event, https://www.w3.org/TR/trace-context/#traceparent-header.
const traceHeader = "traceparent"

// Tracing makes the spans of events. A trace parent is the trace that an event was made in, as a traceparent header has it;
// it may be empty.
type Tracing interface {
	// Publishing begins the span of handing an event to the broker. The context that it returns is in the span, and the
	// trace parent is for those who handle the event. The function ends the span, with an error or nil.
	Publishing(ctx context.Context, event Event, traceParent string) (context.Context, string, func(error))
	// Handling begins the span of all attempts to handle an event. The context that it returns is in the span, which the
	// function ends, with an error or nil.
	Handling(ctx context.Context, event Event, group, traceParent string) (context.Context, func(error))
}

// untraced makes no spans, and passes on what there is.
type untraced struct{}

// Publishing implements Tracing.
func (untraced) Publishing(ctx context.Context, _ Event, traceParent string) (context.Context, string, func(error)) {
	return ctx, traceParent, func(error) {}
}

// Handling implements Tracing.
func (untraced) Handling(ctx context.Context, _ Event, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// orUntraced is tracing, or what makes no spans where it is nil.
func orUntraced(tracing Tracing) Tracing {
	if tracing == nil {
		return untraced{}
	}
	return tracing
}
