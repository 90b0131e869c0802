// Package grpcerr tells the errors that grpc-go makes by itself from those of services.
package grpcerr

import (
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

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
