// Package grpcerr says whose fault it is that a call fails: the caller's, the service's, or grpc-go's own.
package grpcerr

import (
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Outcome is what the end of a call says about the service, or the instance, that was to answer it.
type Outcome int

// The outcomes of calls.
const (
	Ignored Outcome = iota // it had no part in it
	Success                // it answered, even if the caller did something wrong
	Failure                // it failed
)

// Judge returns the outcome of a call that ended with result. It fails with failureCodes alone, and not because its caller has
// given up.
func Judge(result *status.Status, failureCodes []codes.Code, gaveUp bool) Outcome {
	code := result.Code()
	failed := slices.Contains(failureCodes, code)
	switch {
	case MessageRefused(result):
		return Ignored
	case code == codes.DeadlineExceeded && gaveUp:
		return Ignored
	case code == codes.Canceled && (gaveUp || !failed):
		return Ignored
	case failed:
		return Failure
	default:
		return Success
	}
}

// MessageRefused reports whether grpc-go, here or on the other side, did not take a message for its size or its
// encoding, which would be so on any instance. Only its text tells that from an instance that fails or has no capacity.
func MessageRefused(result *status.Status) bool {
	switch result.Code() {
	case codes.ResourceExhausted, codes.Internal:
		text := result.Message()
		return strings.HasPrefix(text, "grpc: ") || strings.HasPrefix(text, "trying to send message")
	default:
		return false
	}
}
