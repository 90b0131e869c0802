package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitsFollowTheFormula(t *testing.T) {
	e := Exponential{Initial: 100 * time.Millisecond, Max: 300 * time.Millisecond, Multiplier: 2, Jitter: 0.2}
	for _, test := range []struct {
		attempts int
		random   float64
		want     time.Duration
	}{
		{1, 0.5, 100 * time.Millisecond},
		{1, 0, 80 * time.Millisecond},
		{2, 0.5, 200 * time.Millisecond},
		{2, 0.75, 220 * time.Millisecond},
		{3, 0.5, 300 * time.Millisecond},
		{3, 0, 240 * time.Millisecond},
		{10_000, 0.5, 300 * time.Millisecond},
	} {
		if got := e.Wait(test.attempts, test.random); got != test.want {
			t.Errorf("after %d attempts and with %v, the wait is %v, want %v", test.attempts, test.random, got, test.want)
		}
	}
}

func TestWaitsDoubleUpToTheLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(100*time.Millisecond, 350*time.Millisecond)
		for _, longest := range []int{100, 200, 350, 350} {
			wantWait(t, b, time.Duration(longest)*time.Millisecond)
		}
		b.Reset()
		wantWait(t, b, 100*time.Millisecond)
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		New(time.Hour, time.Hour).Wait(ctx)
		if got := time.Since(began); got != time.Second {
			t.Errorf("waited %v, want 1s", got)
		}
	})
}

func wantWait(t *testing.T, b *Backoff, longest time.Duration) {
	t.Helper()
	began := time.Now()
	b.Wait(t.Context())
	if got := time.Since(began); got < longest/2 || got > longest {
		t.Errorf("waited %v, want between %v and %v", got, longest/2, longest)
	}
}
