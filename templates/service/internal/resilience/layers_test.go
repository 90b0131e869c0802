package resilience

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestBreakerCountsAttempts(t *testing.T) {
	rule := quickBreaker()
	rule.RequestVolumeThreshold = 3
	bubble(t, Policy{Retry: threeAttempts(), Breaker: rule}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		f.want(f.t.Context(), codes.Unavailable)
		f.wantSent(3)
		f.want(f.t.Context(), codes.Unavailable)
		f.wantSent(0)
	})
}

func TestRefusalIsNotRetried(t *testing.T) {
	rule := quickBreaker()
	rule.RequestVolumeThreshold = 2
	bubble(t, Policy{Retry: threeAttempts(), Breaker: rule}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		f.want(f.t.Context(), codes.Unavailable) // the third attempt meets an open breaker
		f.wantSent(2)
		began := time.Now()
		f.want(f.t.Context(), codes.Unavailable)
		if took := time.Since(began); took != 0 {
			f.t.Errorf("the refusal has taken %s", took)
		}
		f.wantSent(0)
		f.wantValue("grpc_client_retries_total", 2)
	})
}

// TestPauseTakesNoRoom: while one call waits for its second attempt, another one runs.
func TestPauseTakesNoRoom(t *testing.T) {
	bubble(t, Policy{Retry: threeAttempts(), Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, func(f *fixture) {
		f.answer = func(context.Context) error {
			if f.sent == 1 {
				return status.Error(codes.Unavailable, "")
			}
			return nil
		}
		ended := make(chan error)
		go func() { ended <- f.call(f.t.Context()) }()
		synctest.Wait()
		f.want(f.t.Context(), codes.OK)
		if err := <-ended; err != nil {
			f.t.Error(err)
		}
		f.wantSent(3)
	})
}

// TestOpenBreakerIsWhatCallersHearOf, although the bulkhead is full with the probe.
func TestOpenBreakerIsWhatCallersHearOf(t *testing.T) {
	policy := Policy{Breaker: quickBreaker(), Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}
	bubble(t, policy, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		for range 4 {
			f.want(f.t.Context(), codes.Unavailable)
		}
		time.Sleep(5 * time.Second)
		answer := make(chan struct{})
		f.answer = func(context.Context) error { <-answer; return nil }
		ended := make(chan error)
		go func() { ended <- f.call(f.t.Context()) }()
		synctest.Wait()
		f.want(f.t.Context(), codes.Unavailable)
		close(answer)
		if err := <-ended; err != nil {
			f.t.Error(err)
		}
	})
}

func TestFullBulkheadIsNoFailure(t *testing.T) {
	policy := Policy{Breaker: quickBreaker(), Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}
	bubble(t, policy, func(f *fixture) {
		answer := make(chan struct{})
		f.answer = func(context.Context) error { <-answer; return nil }
		ended := make(chan error)
		go func() { ended <- f.call(f.t.Context()) }()
		synctest.Wait()
		for range 10 {
			f.want(f.t.Context(), codes.ResourceExhausted)
		}
		close(answer)
		if err := <-ended; err != nil {
			f.t.Error(err)
		}
		f.want(f.t.Context(), codes.OK)
	})
}
