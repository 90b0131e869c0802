package messaging

import (
	"errors"
	"time"

	"github.com/msgen/msgen/templates/service/internal/backoff"
)

// Retry says when an event is handled again that could not be handled, as gRFC A6 has it for calls.
type Retry struct {
	MaxAttempts       int // the first one included
	InitialBackoff    time.Duration
	MaxBackoff        time.Duration
	BackoffMultiplier float64
	Jitter            float64 // share by which a pause is longer or shorter at random
}

func (r Retry) backoff() backoff.Exponential {
	return backoff.Exponential{Initial: r.InitialBackoff, Max: r.MaxBackoff, Multiplier: r.BackoffMultiplier, Jitter: r.Jitter}
}

// permanent is an error that another attempt would meet too.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error of a handler that no other attempt can fix: the event becomes a dead letter without another one.
func Permanent(err error) error { return permanent{err} }

func isPermanent(err error) bool {
	_, ok := errors.AsType[permanent](err)
	return ok
}
