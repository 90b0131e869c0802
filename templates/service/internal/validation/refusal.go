package validation

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// A request of a few MiB can break millions of rules, and name each place by a long key. The answer stays small.
const (
	maxExamined       = 64 << 10 // bytes of a request; in a larger request the validator looks for the first violation alone
	maxViolations     = 100
	maxViolationBytes = 32 << 10 // of all violations, as they are sent
	maxTextBytes      = 256      // of the violation in the message
)

// refusal is the status for what a validator found.
func refusal(err error) error {
	found, ok := errors.AsType[*protovalidate.ValidationError](err)
	if !ok {
		return status.Errorf(codes.Internal, "the request cannot be checked: %v", err)
	}
	sent := found.Violations[:fitting(found.Violations)]
	message := "invalid request: " + shortened(found.Violations[0].String())
	if rest := len(found.Violations) - len(sent); rest > 0 {
		message += fmt.Sprintf(" (and %d more, which the details leave out)", rest)
	}
	details := &protovalidate.ValidationError{Violations: sent}
	refused, err := status.New(codes.InvalidArgument, message).WithDetails(details.ToProto())
	if err != nil {
		return status.Error(codes.InvalidArgument, message)
	}
	return refused.Err()
}

// fitting is how many of the violations an answer holds.
func fitting(all []*protovalidate.Violation) int {
	size := 0
	for i, violation := range all {
		size += proto.Size(violation.Proto)
		if i == maxViolations || size > maxViolationBytes {
			return i
		}
	}
	return len(all)
}

func shortened(text string) string {
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes] + "..."
	}
	return strings.ToValidUTF8(text, "")
}
