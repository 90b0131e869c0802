package loadbalancer

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// outcome is what the end of a call says about the endpoint that it was sent to.
type outcome int

const (
	nothing outcome = iota // the endpoint had no part in it
	success                // the endpoint answered, be it that the caller did something wrong
	failure                // the endpoint failed
)

// outcome returns what the end of a call of ctx says about its endpoint.
func (e Ejection) outcome(ctx context.Context, info balancer.DoneInfo) outcome {
	if !info.BytesSent {
		return nothing // the connection was lost before the call began, and grpc-go picks another
	}
	result := status.Convert(info.Err)
	code := result.Code()
	switch {
	case code == codes.Canceled:
		return nothing
	case code == codes.DeadlineExceeded && callersDeadline(ctx):
		return nothing
	case !slices.Contains(e.FailureCodes, code):
		return success
	case grpcerr.MessageRefused(result):
		return nothing
	default:
		return failure
	}
}

// callersDeadline reports whether the deadline that has passed is the caller's. It is not when the client has set an
// earlier one, nor when it was the endpoint that gave up: then there is time left. The context itself may not have
// noticed yet.
func callersDeadline(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && !time.Now().Before(deadline) && !callOf(ctx).bounds(ctx)
}
