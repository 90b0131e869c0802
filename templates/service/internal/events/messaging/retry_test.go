package messaging

import (
	"testing"
	"time"
)

func TestPauses(t *testing.T) {
	r := Retry{MaxAttempts: 5, InitialBackoff: 100 * time.Millisecond, MaxBackoff: 300 * time.Millisecond, BackoffMultiplier: 2, Jitter: 0.2}
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
		{1000, 0.5, 300 * time.Millisecond},
	} {
		if got := r.pause(test.attempts, test.random); got != test.want {
			t.Errorf("after %d attempts and with %v, the pause is %v, want %v", test.attempts, test.random, got, test.want)
		}
	}
}
