// Package backoff spaces out the attempts at something that fails.
package backoff

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// Exponential says how long to wait between attempts, as gRFC A6 has it.
type Exponential struct {
	Initial, Max time.Duration // before the jitter
	Multiplier   float64       // from one wait to the next
	Jitter       float64       // share by which a wait is longer or shorter at random, so that those who failed together do not come back together
}

// Wait returns how long to wait after so many attempts; random is at least 0 and below 1.
func (e Exponential) Wait(attempts int, random float64) time.Duration {
	wait := min(float64(e.Initial)*math.Pow(e.Multiplier, float64(attempts-1)), float64(e.Max))
	return time.Duration(wait * (1 + e.Jitter*(2*random-1)))
}

// Backoff waits between the attempts of one loop. New makes it; it is not safe for concurrent use.
type Backoff struct {
	rule     Exponential
	attempts int // since the last one that succeeded
}

// New returns a Backoff whose waits last at most first to begin with, double up to longest, and are at least half as long.
func New(first, longest time.Duration) *Backoff {
	return &Backoff{rule: Exponential{Initial: first * 3 / 4, Max: longest * 3 / 4, Multiplier: 2, Jitter: 1.0 / 3}}
}

// Wait returns when the next attempt is due, or when ctx is done.
func (b *Backoff) Wait(ctx context.Context) {
	b.attempts++
	Sleep(ctx, b.rule.Wait(b.attempts, rand.Float64())) //nolint:gosec // jitter is no secret
}

// Reset makes the next wait the first one again, after an attempt that succeeded.
func (b *Backoff) Reset() { b.attempts = 0 }

// Sleep waits, and reports whether ctx has lasted.
func Sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
