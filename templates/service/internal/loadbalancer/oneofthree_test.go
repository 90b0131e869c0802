package loadbalancer

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
)

// The load of the simulation: calls per second, for so long, and what the client gives each attempt.
const (
	callRate       = 50
	callsFor       = 20 * time.Second
	attemptTimeout = 300 * time.Millisecond
)

// TestOneBadEndpointOfThree says what share of the calls fails when one of three endpoints is bad from the first call
// on. Each call has one attempt, or two.
func TestOneBadEndpointOfThree(t *testing.T) {
	for name, bad := range map[string]func(*instance){
		"erring": func(i *instance) { i.fail(codes.Unavailable) },
		"hung":   func(i *instance) { i.do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }) },
		"slow": func(i *instance) {
			i.do(func(context.Context) error { time.Sleep(rand.N(10 * attemptTimeout)); return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			without := simulate(t, Ejection{}, 1, bad)
			with := simulate(t, settings().Ejection, 1, bad)
			repeated := simulate(t, settings().Ejection, 2, bad)
			t.Logf("calls that fail: %.2f %% without ejection, %.2f %% with it, %.2f %% when they are repeated once",
				without, with, repeated)
			if with > without/10 {
				t.Error("ejection is of little use")
			}
			if repeated > 0 {
				t.Error("calls fail although they are repeated elsewhere")
			}
		})
	}
}

// simulate returns the share of the calls that fail, in percent.
func simulate(t *testing.T, ejection Ejection, attempts int, bad func(*instance)) (percent float64) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Ejection = ejection
		f := start(t, s, 3)
		bad(f.instances["b"])
		var calls, failed atomic.Int64
		for end := time.Now().Add(callsFor); time.Now().Before(end); time.Sleep(time.Second / callRate) {
			calls.Add(1)
			go func() {
				if f.repeat(t.Context(), attempts) != nil {
					failed.Add(1)
				}
			}()
		}
		time.Sleep(time.Minute) // what is in flight ends
		percent = 100 * float64(failed.Load()) / float64(calls.Load())
	})
	return percent
}

// repeat makes one call, with another attempt when one fails.
func (f *fixture) repeat(ctx context.Context, attempts int) (err error) {
	ctx = WithCall(ctx)
	for range attempts {
		attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
		err = f.call(attempt)
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}
