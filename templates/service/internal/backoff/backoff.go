// Package backoff spaces out the attempts at something that fails.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff says how long to wait between attempts. New makes it; it is not safe for concurrent use.
type Backoff struct {
	first, longest, next time.Duration
}

// New returns a Backoff whose waits begin at first and double up to longest.
func New(first, longest time.Duration) *Backoff {
	return &Backoff{first: first, longest: longest, next: first}
}

// Wait returns when the next attempt is due, or when ctx is done. Each wait is cut by up to a half at random, so that
// those who failed together do not come back together.
func (b *Backoff) Wait(ctx context.Context) {
	wait := b.next - rand.N(b.next/2+1) //nolint:gosec // jitter is no secret
	b.next = min(2*b.next, b.longest)
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// Reset makes the next wait the first one again, after an attempt that succeeded.
func (b *Backoff) Reset() { b.next = b.first }

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
