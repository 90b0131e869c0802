package logging

import (
	"context"
	"strings"

	"google.golang.org/grpc/metadata"
)

// SpanOfCaller returns the trace that the caller says the call belongs to and the caller's span, in hexadecimal, or "" when
// it names none that are valid: 00-<32 digits>-<16 digits>-<2 digits>,
// https://www.w3.org/TR/trace-context/#traceparent-header.
func SpanOfCaller(ctx context.Context) (traceID, spanID string) {
	values := metadata.ValueFromIncomingContext(ctx, "traceparent")
	if len(values) != 1 {
		return "", ""
	}
	fields := strings.Split(values[0], "-")
	if len(fields) != 4 || fields[0] != "00" || !isID(fields[1], 32) || !isID(fields[2], 16) || !isHex(fields[3], 2) {
		return "", ""
	}
	return fields[1], fields[2]
}

// isID reports whether text is n hexadecimal digits that are not all zero.
func isID(text string, n int) bool {
	return isHex(text, n) && strings.Trim(text, "0") != ""
}

// isHex reports whether text is n lower-case hexadecimal digits.
func isHex(text string, n int) bool {
	return len(text) == n && strings.Trim(text, "0123456789abcdef") == ""
}
