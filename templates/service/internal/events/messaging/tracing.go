package messaging

import "context"

// traceHeader carries the trace of an event, https://www.w3.org/TR/trace-context/#traceparent-header.
const traceHeader = "traceparent"

// Tracing makes the spans of events. A trace parent is the trace that an event was made in, as a traceparent header has it;
// it may be empty.
type Tracing interface {
	// Publishing calls publish in the span of handing an event to the broker, and returns its error. The trace parent that
	// publish gets is for those who handle the event.
	Publishing(ctx context.Context, event Event, traceParent string, publish func(ctx context.Context, traceParent string) error) error
	// Handling calls handle in the span of all attempts to handle an event, and returns its error.
	Handling(ctx context.Context, event Event, group, traceParent string, handle func(context.Context) error) error
}

// untraced makes no spans, and passes on what there is.
type untraced struct{}

// Publishing implements Tracing.
func (untraced) Publishing(ctx context.Context, _ Event, traceParent string, publish func(context.Context, string) error) error {
	return publish(ctx, traceParent)
}

// Handling implements Tracing.
func (untraced) Handling(ctx context.Context, _ Event, _, _ string, handle func(context.Context) error) error {
	return handle(ctx)
}

// orUntraced is tracing, or what makes no spans where it is nil.
func orUntraced(tracing Tracing) Tracing {
	if tracing == nil {
		return untraced{}
	}
	return tracing
}
