package messaging

import (
	"errors"
	"math"
	"time"
)

// Retry says when an event is handled again that could not be handled, as gRFC A6 has it for calls.
type Retry struct {
	MaxAttempts       int // the first one included
	InitialBackoff    time.Duration
	MaxBackoff        time.Duration
	BackoffMultiplier float64
	Jitter            float64 // share by which a pause is longer or shorter at random
}

// pause is how long to wait after so many attempts; random is at least 0 and below 1.
func (r Retry) pause(attempts int, random float64) time.Duration {
	pause := float64(r.InitialBackoff) * math.Pow(r.BackoffMultiplier, float64(attempts-1))
	pause = min(pause, float64(r.MaxBackoff))
	return time.Duration(pause * (1 + r.Jitter*(2*random-1)))
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
