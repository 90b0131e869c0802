package resilience

import (
	"context"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/codes"
)

func TestBulkheadRefusesAndMakesRoom(t *testing.T) {
	bubble(t, Policy{Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, func(f *fixture) {
		answer := make(chan struct{})
		f.answer = func(context.Context) error { <-answer; return nil }
		ended := make(chan error)
		go func() { ended <- f.call(f.t.Context()) }()
		synctest.Wait()
		for range 3 {
			f.want(f.t.Context(), codes.ResourceExhausted)
		}
		f.wantSent(1)
		f.wantValue("grpc_client_bulkhead_refusals_total", 3)
		close(answer)
		if err := <-ended; err != nil {
			f.t.Error(err)
		}
		f.want(f.t.Context(), codes.OK)
	})
}

func TestPanicLeavesTheBulkhead(t *testing.T) {
	bubble(t, Policy{Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, func(f *fixture) {
		f.answer = func(context.Context) error { panic("boom") }
		func() {
			defer func() { _ = recover() }()
			_ = f.call(f.t.Context())
		}()
		f.answer = well
		f.want(f.t.Context(), codes.OK)
	})
}

func TestBulkheadIsChecked(t *testing.T) {
	wantWrong(t, (&Bulkhead{}).check(), "bulkhead.maxConcurrentRequests: found 0")
	if err := (&Bulkhead{MaxConcurrentRequests: 1}).check(); err != nil {
		t.Error(err)
	}
}
