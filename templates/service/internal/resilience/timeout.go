package resilience

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// limitAttempt gives an attempt its time; the server sees it. The caller's own deadline stays when it is earlier,
// and the deadline of the whole call ends every attempt.
func limitAttempt(next handler) handler {
	return func(ctx context.Context, c *call) error {
		deadline := c.attemptDeadline()
		if deadline.IsZero() {
			return next(ctx, c)
		}
		limited, cancel := context.WithDeadline(ctx, deadline)
		if c.invoke == nil {
			return c.hold(limited, next, func(error) { cancel() })
		}
		defer cancel()
		err := next(limited, c)
		c.expired = status.Code(err) == codes.DeadlineExceeded && !time.Now().Before(deadline) && !pastDeadline(ctx)
		return err
	}
}

// attemptDeadline is when an attempt that begins now has to end; zero: never.
func (c *call) attemptDeadline() time.Time {
	if c.policy.AttemptTimeout == 0 {
		return c.deadline
	}
	deadline := time.Now().Add(c.policy.AttemptTimeout)
	if !c.deadline.IsZero() && c.deadline.Before(deadline) {
		return c.deadline
	}
	return deadline
}

// pastDeadline reports whether the deadline of ctx has passed. The context itself may not have noticed yet.
func pastDeadline(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && !time.Now().Before(deadline)
}
