package resilience

import (
	"context"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/msgen/msgen/templates/service/internal/backoff"
	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// Retry is when an attempt is followed by another, as in gRFC A6.
type Retry struct {
	MaxAttempts          int           `yaml:"maxAttempts"`          // in all, the first one included
	InitialBackoff       time.Duration `yaml:"initialBackoff"`       // the pause before the second
	MaxBackoff           time.Duration `yaml:"maxBackoff"`           // the longest pause
	BackoffMultiplier    float64       `yaml:"backoffMultiplier"`    // from one pause to the next
	Jitter               float64       `yaml:"jitter"`               // share by which a pause is longer or shorter at random
	RetryableStatusCodes Codes         `yaml:"retryableStatusCodes"` // in addition to the attempt's own timeout
}

// retry makes attempts for as long as they fail and another is due.
func (e *Engine) retry(next handler) handler {
	return func(ctx context.Context, c *call) error {
		e.budget.count(c.began)
		c.attempt = next
		err := next(ctx, c)
		for err != nil && e.again(ctx, c, err) {
			err = next(c.repeated(ctx), c)
		}
		return err
	}
}

// repeated is the context of an attempt after the first, which tells the server so.
func (c *call) repeated(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "grpc-previous-rpc-attempts", strconv.Itoa(c.attempts))
}

// again reports whether an attempt that ended in err is followed by another, and returns when that is due.
func (e *Engine) again(ctx context.Context, c *call, err error) bool {
	rule := c.policy.Retry
	if rule == nil || c.attempts >= rule.MaxAttempts || !c.retryable(ctx, err) {
		return false
	}
	pause, ok := pushedBack(c.trailer)
	switch {
	case !ok:
		return false
	case pause < 0:
		pause = rule.backoff().Wait(c.attempts, e.random())
	}
	now := time.Now()
	if !c.lasts(ctx, now.Add(pause)) {
		return false
	}
	if !e.budget.take(c.retryBudget, now) {
		c.metrics.retriesDenied.Inc()
		return false
	}
	c.metrics.retries.Inc()
	return backoff.Sleep(ctx, pause)
}

// retryable reports whether another attempt could do better. What the client refuses, it would refuse again.
func (c *call) retryable(ctx context.Context, err error) bool {
	result := status.Convert(err)
	switch {
	case ctx.Err() != nil, refused(err), grpcerr.MessageRefused(result):
		return false
	default:
		return c.expired || slices.Contains(c.policy.Retry.RetryableStatusCodes, result.Code())
	}
}

// lasts reports whether neither the call nor its caller will have given up by then.
func (c *call) lasts(ctx context.Context, then time.Time) bool {
	if !c.deadline.IsZero() && !then.Before(c.deadline) {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || then.Before(deadline)
}

func (r *Retry) backoff() backoff.Exponential {
	return backoff.Exponential{Initial: r.InitialBackoff, Max: r.MaxBackoff, Multiplier: r.BackoffMultiplier, Jitter: r.Jitter}
}

// pushedBack is how long the server asks to wait, which is negative when it does not say. It is false when the server
// asks for no other attempt.
func pushedBack(trailer metadata.MD) (pause time.Duration, ok bool) {
	values := trailer.Get("grpc-retry-pushback-ms")
	if len(values) == 0 {
		return -1, true
	}
	ms, err := strconv.ParseUint(values[0], 10, 31)
	return time.Duration(ms) * time.Millisecond, err == nil && len(values) == 1
}

func (r *Retry) check() error {
	switch {
	case r == nil:
		return nil
	case r.MaxAttempts < 2 || r.MaxAttempts > 5:
		return wrong("retry.maxAttempts", r.MaxAttempts, "2 to 5")
	case r.InitialBackoff <= 0 || r.InitialBackoff > r.MaxBackoff:
		return wrong("retry.initialBackoff", r.InitialBackoff, "more than 0s and at most maxBackoff")
	case r.BackoffMultiplier < 1 || r.BackoffMultiplier > 10:
		return wrong("retry.backoffMultiplier", r.BackoffMultiplier, "1 to 10")
	case r.Jitter < 0 || r.Jitter > 1:
		return wrong("retry.jitter", r.Jitter, "0 to 1")
	}
	return nil
}
