package grpcerr

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestJudge(t *testing.T) {
	failures := []codes.Code{codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal}
	for _, test := range []struct {
		name     string
		code     codes.Code
		text     string
		failures []codes.Code
		gaveUp   bool
		want     Outcome
	}{
		{"an answer", codes.OK, "", failures, false, Success},
		{"a mistake of the caller", codes.NotFound, "", failures, false, Success},
		{"a failure", codes.Unavailable, "", failures, false, Failure},
		{"a failure whose caller has gone", codes.Unavailable, "", failures, true, Failure},
		{"no time left", codes.DeadlineExceeded, "", failures, true, Ignored},
		{"too slow", codes.DeadlineExceeded, "", failures, false, Failure},
		{"canceled", codes.Canceled, "", failures, false, Ignored},
		{"canceled by the service", codes.Canceled, "", []codes.Code{codes.Canceled}, false, Failure},
		{"canceled by the caller", codes.Canceled, "", []codes.Code{codes.Canceled}, true, Ignored},
		{"too busy", codes.ResourceExhausted, "too busy", failures, false, Failure},
		{"too large to receive", codes.ResourceExhausted, "grpc: received message larger than max", failures, false, Ignored},
		{"too large to send", codes.ResourceExhausted, "trying to send message larger than max", failures, false, Ignored},
		{"cannot be decoded", codes.Internal, "grpc: failed to unmarshal", failures, false, Ignored},
	} {
		if got := Judge(status.New(test.code, test.text), test.failures, test.gaveUp); got != test.want {
			t.Errorf("%s: the outcome is %d, want %d", test.name, got, test.want)
		}
	}
}
