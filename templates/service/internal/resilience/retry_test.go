package resilience

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// threeAttempts has pauses of one and two seconds, give or take nothing.
func threeAttempts() *Retry {
	return &Retry{
		MaxAttempts:          3,
		InitialBackoff:       time.Second,
		MaxBackoff:           10 * time.Second,
		BackoffMultiplier:    2,
		RetryableStatusCodes: Codes{codes.Unavailable},
	}
}

func TestRetryEndsWithTheFirstSuccess(t *testing.T) {
	bubble(t, Policy{Retry: threeAttempts()}, func(f *fixture) {
		f.answer = func(context.Context) error {
			if f.sent < 2 {
				return status.Error(codes.Unavailable, "")
			}
			return nil
		}
		began := time.Now()
		f.want(f.t.Context(), codes.OK)
		f.wantSent(2)
		if took := time.Since(began); took != time.Second {
			f.t.Errorf("the call has taken %s", took)
		}
		f.wantValue("grpc_client_calls_total", 1)
		f.wantValue("grpc_client_attempts_total", 2)
		f.wantValue("grpc_client_retries_total", 1)
	})
}

// TestNoPauseThatNobodyWaitsFor: the second pause would end with the time of the call, or of its caller.
func TestNoPauseThatNobodyWaitsFor(t *testing.T) {
	for timeout, attempts := range map[time.Duration]int{
		time.Second:                     1,
		time.Second + time.Nanosecond:   2,
		3 * time.Second:                 2,
		3*time.Second + time.Nanosecond: 3,
		100 * time.Second:               3,
	} {
		bubble(t, Policy{Retry: threeAttempts(), Timeout: timeout}, func(f *fixture) {
			f.answer = fail(codes.Unavailable)
			f.want(f.t.Context(), codes.Unavailable)
			f.wantSent(attempts)
		})
		bubble(t, Policy{Retry: threeAttempts(), Timeout: time.Hour}, func(f *fixture) {
			f.answer = fail(codes.Unavailable)
			f.want(f.within(timeout), codes.Unavailable)
			f.wantSent(attempts)
		})
	}
}

func TestNoRetryOfWhatTheCallerHasGivenUp(t *testing.T) {
	retry := threeAttempts()
	retry.RetryableStatusCodes = Codes{codes.Unavailable, codes.Canceled, codes.DeadlineExceeded}
	bubble(t, Policy{Retry: retry}, func(f *fixture) {
		ctx, cancel := context.WithCancel(f.t.Context())
		f.answer = func(context.Context) error { cancel(); return status.Error(codes.Canceled, "") }
		f.want(ctx, codes.Canceled)
		f.wantSent(1)
		f.wantValue("grpc_client_retries_total", 0)

		ctx, cancel = context.WithCancel(f.t.Context())
		f.answer = fail(codes.Unavailable)
		time.AfterFunc(time.Second/2, cancel)
		began := time.Now()
		f.want(ctx, codes.Unavailable)
		f.wantSent(1)
		if took := time.Since(began); took != time.Second/2 {
			f.t.Errorf("the call has taken %s, although its caller has gone", took)
		}

		f.answer = hang
		f.want(f.within(time.Second), codes.DeadlineExceeded)
		f.wantSent(1)
	})
}

func TestAttemptsShareTheTimeOfTheCall(t *testing.T) {
	bubble(t, Policy{Retry: threeAttempts(), Timeout: 5 * time.Second, AttemptTimeout: 3 * time.Second}, func(f *fixture) {
		f.answer = hang
		began := time.Now()
		f.want(f.t.Context(), codes.DeadlineExceeded)
		f.wantSent(2)
		if took := time.Since(began); took != 5*time.Second {
			f.t.Errorf("the call has taken %s, want 5s", took)
		}
	})
}

func TestDeadlineThatTheServerReportsIsRetriedByItsCode(t *testing.T) {
	bubble(t, Policy{Retry: threeAttempts(), AttemptTimeout: time.Second}, func(f *fixture) {
		f.answer = fail(codes.DeadlineExceeded) // at once
		f.want(f.t.Context(), codes.DeadlineExceeded)
		f.wantSent(1)
		f.answer = func(context.Context) error { time.Sleep(time.Second); return status.Error(codes.NotFound, "") }
		f.want(f.t.Context(), codes.NotFound)
		f.wantSent(1)
	})
}

func TestMessageThatIsTooLargeIsNotRetried(t *testing.T) {
	retry := threeAttempts()
	retry.RetryableStatusCodes = Codes{codes.ResourceExhausted}
	bubble(t, Policy{Retry: retry}, func(f *fixture) {
		f.answer = func(context.Context) error {
			return status.Error(codes.ResourceExhausted, "grpc: received message larger than max (5 vs. 4)")
		}
		f.want(f.t.Context(), codes.ResourceExhausted)
		f.wantSent(1)
	})
}

// TestPushBackIsOfTheLastAttempt: one that was never sent says nothing.
func TestPushBackIsOfTheLastAttempt(t *testing.T) {
	bubble(t, Policy{Retry: threeAttempts()}, func(f *fixture) {
		var at []time.Time
		f.answer = func(context.Context) error {
			at = append(at, time.Now())
			if len(at) == 1 {
				trailer, _ := f.options[0].(grpc.TrailerCallOption)
				*trailer.TrailerAddr = metadata.Pairs("grpc-retry-pushback-ms", "5000")
			}
			return status.Error(codes.Unavailable, "")
		}
		f.want(f.t.Context(), codes.Unavailable)
		f.wantSent(3)
		if first, second := at[1].Sub(at[0]), at[2].Sub(at[1]); first != 5*time.Second || second != 2*time.Second {
			f.t.Errorf("the pauses are %s and %s, want 5s and 2s", first, second)
		}
	})
}

func TestServerMayEndTheAttempts(t *testing.T) {
	bubble(t, Policy{Retry: threeAttempts()}, func(f *fixture) {
		f.answer = func(context.Context) error {
			trailer, _ := f.options[0].(grpc.TrailerCallOption)
			*trailer.TrailerAddr = metadata.Pairs("grpc-retry-pushback-ms", "-1")
			return status.Error(codes.Unavailable, "")
		}
		f.want(f.t.Context(), codes.Unavailable)
		f.wantSent(1)
	})
}

func TestPushBack(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, "1": time.Millisecond, "-1": -1, "": -1, "soon": -1, "9999999999999": -1} {
		pause, ok := pushedBack(metadata.Pairs("grpc-retry-pushback-ms", text))
		if ok != (want >= 0) || ok && pause != want {
			t.Errorf("%q: %s, %v", text, pause, ok)
		}
	}
	if _, ok := pushedBack(metadata.Pairs("grpc-retry-pushback-ms", "1", "grpc-retry-pushback-ms", "2")); ok {
		t.Error("what is said twice is believed")
	}
}

func TestRetryBudgetIsCounted(t *testing.T) {
	retry := threeAttempts()
	retry.MaxAttempts = 2
	retry.InitialBackoff, retry.MaxBackoff = 1, 1
	bubble(t, Policy{Retry: retry}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		for range 300 {
			f.want(f.t.Context(), codes.Unavailable)
		}
		f.wantSent(300 + 100 + 150)
		f.wantValue("grpc_client_retries_total", 250)
		f.wantValue("grpc_client_retries_denied_total", 50)
	})
}

func TestRetryIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Retry){
		"retry.maxAttempts: found 1":         func(r *Retry) { r.MaxAttempts = 1 },
		"retry.maxAttempts: found 6":         func(r *Retry) { r.MaxAttempts = 6 },
		"retry.initialBackoff: found 0s":     func(r *Retry) { r.InitialBackoff = 0 },
		"retry.initialBackoff: found 11s":    func(r *Retry) { r.InitialBackoff = 11 * time.Second },
		"retry.backoffMultiplier: found 0.9": func(r *Retry) { r.BackoffMultiplier = 0.9 },
		"retry.backoffMultiplier: found 11":  func(r *Retry) { r.BackoffMultiplier = 11 },
		"retry.jitter: found -0.1":           func(r *Retry) { r.Jitter = -0.1 },
		"retry.jitter: found 1.1":            func(r *Retry) { r.Jitter = 1.1 },
	} {
		retry := threeAttempts()
		change(retry)
		wantWrong(t, retry.check(), want)
	}
	for _, change := range []func(*Retry){
		func(r *Retry) { r.MaxAttempts = 2 },
		func(r *Retry) { r.MaxAttempts = 5 },
		func(r *Retry) { r.InitialBackoff = r.MaxBackoff },
		func(r *Retry) { r.BackoffMultiplier = 1 },
		func(r *Retry) { r.BackoffMultiplier = 10 },
		func(r *Retry) { r.Jitter = 1 },
	} {
		retry := threeAttempts()
		change(retry)
		if err := retry.check(); err != nil {
			t.Error(err)
		}
	}
}
