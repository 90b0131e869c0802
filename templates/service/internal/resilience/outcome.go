package resilience

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// outcome returns what the end of an attempt says about the service, which was made for the caller of ctx.
func (p *Policy) outcome(ctx context.Context, err error) grpcerr.Outcome {
	switch {
	case err == nil:
		return grpcerr.Success
	case refused(err):
		return grpcerr.Ignored
	default:
		return grpcerr.Judge(status.Convert(err), p.failureCodes(), ctx.Err() != nil || pastDeadline(ctx))
	}
}

// failureCodes are what a call ends with that fails because of the service.
func (p *Policy) failureCodes() []codes.Code {
	if p.Breaker != nil {
		return p.Breaker.FailureCodes
	}
	return []codes.Code{
		codes.Unavailable,
		codes.DeadlineExceeded,
		codes.Internal,
		codes.Unknown,
		codes.DataLoss,
		codes.ResourceExhausted,
	}
}

// refusal is the error of a call that this client has not made.
type refusal struct{ *status.Status }

func refuse(code codes.Code, text string) error { return refusal{status.New(code, text)} }

// Error returns the error as other errors of calls read.
func (r refusal) Error() string { return r.Err().Error() }

// GRPCStatus returns the code and the reason.
func (r refusal) GRPCStatus() *status.Status { return r.Status }

// refused reports whether the call was not made.
func refused(err error) bool {
	_, ok := errors.AsType[refusal](err)
	return ok
}
