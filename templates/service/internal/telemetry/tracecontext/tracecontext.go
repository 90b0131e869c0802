// Package tracecontext says which trace a context belongs to.
package tracecontext

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// IDs returns the trace and the span that ctx is in, in hexadecimal, or "" when it is in none. That the trace is not
// kept makes no difference: other services may log it too.
func IDs(ctx context.Context) (traceID, spanID string) {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() {
		return "", ""
	}
	return span.TraceID().String(), span.SpanID().String()
}
