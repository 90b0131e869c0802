package logging

import (
	"testing"

	"google.golang.org/grpc/metadata"
)

func TestTraceIsTakenFromValidHeadersOnly(t *testing.T) {
	const trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for header, want := range map[string]string{
		"00-" + trace + "-" + span + "-01":      trace,
		"":                                      "",
		"00-" + trace + "-" + span:              "",
		"01-" + trace + "-" + span + "-01":      "",
		"00-" + trace[1:] + "-" + span + "-01":  "",
		"00-" + trace[1:] + "A-" + span + "-01": "",
		"00-00000000000000000000000000000000-" + span + "-01":              "",
		"00-" + trace + "-0000000000000000-01":                             "",
		"00-" + trace + "-" + span + "-01-and-more-than-that":              "",
		"00-\"}\n{\"level\":\"ERROR\",\"msg\":\"forged\"}-" + span + "-01": "",
	} {
		ctx := metadata.NewIncomingContext(t.Context(), metadata.Pairs("traceparent", header))
		got, gotSpan := SpanOfCaller(ctx)
		if got != want || (gotSpan == span) != (want != "") {
			t.Errorf("the span of %q is %q and %q, want %q", header, got, gotSpan, want)
		}
	}
}
