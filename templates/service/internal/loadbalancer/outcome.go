package loadbalancer

import (
	"context"
	"time"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/status"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// outcome returns what the end of a call of ctx says about its endpoint.
func (e Ejection) outcome(ctx context.Context, info balancer.DoneInfo) grpcerr.Outcome {
	switch {
	case !info.BytesSent:
		return grpcerr.Ignored // the connection was lost before the call began, and grpc-go picks another
	case info.Err == nil:
		return grpcerr.Success
	default:
		return grpcerr.Judge(status.Convert(info.Err), e.FailureCodes, callersDeadline(ctx))
	}
}

// callersDeadline reports whether a deadline has passed that is the caller's. It is not when the client has set an
// earlier one, nor when it was the endpoint that gave up: then there is time left. The context itself may not have
// noticed yet.
func callersDeadline(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && !time.Now().Before(deadline) && !callOf(ctx).bounds(ctx)
}
