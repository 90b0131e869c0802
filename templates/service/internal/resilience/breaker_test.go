package resilience

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// quickBreaker opens at half of four calls.
func quickBreaker() *Breaker {
	return &Breaker{
		ErrorPercentThreshold:  50,
		RequestVolumeThreshold: 4,
		RollingWindow:          10 * time.Second,
		SleepWindow:            5 * time.Second,
		FailureCodes:           Codes{codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted},
	}
}

// isOpen reports whether a call is refused.
func (f *fixture) isOpen() bool {
	f.t.Helper()
	before := f.sent
	f.answer = well
	_ = f.call(f.t.Context())
	return f.sent == before
}

// TestWhatCountsAsAFailure makes calls that end in all ways, four times each.
func TestWhatCountsAsAFailure(t *testing.T) {
	cancelled := func(f *fixture) error {
		ctx, cancel := context.WithCancel(f.t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		return f.call(ctx)
	}
	tooLarge := func(context.Context) error {
		return status.Error(codes.ResourceExhausted, "trying to send message larger than max (5 vs. 4)")
	}
	plain := func(f *fixture) error { return f.call(f.t.Context()) }
	short := func(f *fixture) error { return f.call(f.within(time.Second)) }
	for name, c := range map[string]struct {
		answer func(context.Context) error
		call   func(*fixture) error
		open   bool
	}{
		"its codes":              {fail(codes.Unavailable), plain, true},
		"other codes":            {fail(codes.NotFound), plain, false},
		"no capacity":            {fail(codes.ResourceExhausted), plain, true},
		"too large a message":    {tooLarge, plain, false},
		"the client's bound":     {hang, plain, true},
		"the caller's deadline":  {hang, short, false},
		"a deadline of its own":  {fail(codes.DeadlineExceeded), short, true},
		"cancelled":              {hang, cancelled, false},
		"cancelled by the other": {fail(codes.Canceled), plain, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, Policy{Timeout: 2 * time.Second, Breaker: quickBreaker()}, func(f *fixture) {
				f.answer = c.answer
				for range 4 {
					if c.call(f) == nil {
						f.t.Fatal("the call has not failed")
					}
				}
				if got := f.isOpen(); got != c.open {
					f.t.Errorf("open: %v, want %v", got, c.open)
				}
			})
		})
	}
}

// TestWhatTheCallerDidWrongIsASuccess: it counts, and it closes.
func TestWhatTheCallerDidWrongIsASuccess(t *testing.T) {
	bubble(t, Policy{Breaker: quickBreaker()}, func(f *fixture) {
		f.answer = fail(codes.NotFound)
		for range 2 {
			f.want(f.t.Context(), codes.NotFound)
		}
		f.answer = fail(codes.Unavailable)
		for range 2 {
			f.want(f.t.Context(), codes.Unavailable) // now there are four
		}
		if !f.isOpen() {
			f.t.Error("a call that was answered does not count")
		}
		time.Sleep(5 * time.Second)
		f.answer = fail(codes.NotFound)
		f.want(f.t.Context(), codes.NotFound)
		if f.isOpen() {
			f.t.Error("a probe that was answered does not close the breaker")
		}
	})
}

func TestCancelledByTheOtherCountsWhenItIsListed(t *testing.T) {
	rule := quickBreaker()
	rule.FailureCodes = Codes{codes.Canceled}
	bubble(t, Policy{Breaker: rule}, func(f *fixture) {
		f.answer = hang
		for range 4 {
			ctx, cancel := context.WithCancel(f.t.Context())
			time.AfterFunc(time.Millisecond, cancel)
			f.want(ctx, codes.Canceled)
		}
		if f.isOpen() {
			f.t.Error("what the caller has cancelled counts")
		}
		f.answer = fail(codes.Canceled)
		for range 3 {
			f.want(f.t.Context(), codes.Canceled)
		}
		if !f.isOpen() {
			f.t.Error("the code is listed, and does not count")
		}
	})
}

// TestLateEndsDoNotCount: calls that began before the breaker opened end when it is open, half-open and closed again.
func TestLateEndsDoNotCount(t *testing.T) {
	now := time.Now()
	rule := quickBreaker()
	changes := 0
	b := &breaker{report: func(state, state) { changes++ }}
	enter := func(want bool) (generation int) {
		t.Helper()
		generation, ok := b.enter(rule, now)
		if ok != want {
			t.Fatalf("the attempt passes: %v", ok)
		}
		return generation
	}
	late := make([]int, 12)
	for i := range late {
		late[i] = enter(true)
	}
	for range 4 {
		b.leave(rule, enter(true), grpcerr.Failure, now)
	}
	enter(false)
	b.leave(rule, late[0], grpcerr.Success, now)
	enter(false)

	now = now.Add(rule.SleepWindow)
	probe := enter(true)
	b.leave(rule, late[1], grpcerr.Success, now)
	b.leave(rule, late[2], grpcerr.Failure, now)
	b.leave(rule, late[3], grpcerr.Ignored, now)
	enter(false) // the probe is still under way
	b.leave(rule, probe, grpcerr.Success, now)
	for _, generation := range late[4:] {
		b.leave(rule, generation, grpcerr.Failure, now)
	}
	enter(true)
	if changes != 3 {
		t.Errorf("there were %d changes, want 3", changes)
	}
}

func TestPanicLeavesTheBreaker(t *testing.T) {
	bubble(t, Policy{Breaker: quickBreaker()}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		for range 4 {
			f.want(f.t.Context(), codes.Unavailable)
		}
		time.Sleep(5 * time.Second)
		f.answer = func(context.Context) error { panic("boom") }
		func() {
			defer func() { _ = recover() }()
			_ = f.call(f.t.Context())
		}()
		time.Sleep(5 * time.Second)
		if f.isOpen() {
			f.t.Error("the probe that has panicked is still under way")
		}
	})
}

func TestBreakerIsSeen(t *testing.T) {
	bubble(t, Policy{Breaker: quickBreaker()}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		for range 4 {
			f.want(f.t.Context(), codes.Unavailable)
		}
		f.wantValue("grpc_client_breaker_state", 2)
		f.want(f.t.Context(), codes.Unavailable)
		f.wantValue("grpc_client_breaker_refusals_total", 1)
		f.wantValue("grpc_client_attempts_total", 4)
		if log := f.log.take(); !strings.Contains(log, "level=WARN msg=breaker method="+probe+" from=closed to=open") {
			f.t.Errorf("the log is %s", log)
		}
		time.Sleep(5 * time.Second)
		f.answer = func(context.Context) error { f.wantValue("grpc_client_breaker_state", 1); return nil }
		f.want(f.t.Context(), codes.OK)
		f.wantValue("grpc_client_breaker_state", 0)
		if log := f.log.take(); !strings.Contains(log, "level=INFO msg=breaker method="+probe+" from=half-open to=closed") {
			f.t.Errorf("the log is %s", log)
		}
		f.answer = fail(codes.Unavailable)
		for range 4 {
			f.want(f.t.Context(), codes.Unavailable)
		}
		f.engine.Close()
		f.wantValue("grpc_client_breaker_state", 0)
	})
}

func TestBreakerIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Breaker){
		"breaker.errorPercentThreshold: found 0":   func(b *Breaker) { b.ErrorPercentThreshold = 0 },
		"breaker.errorPercentThreshold: found 101": func(b *Breaker) { b.ErrorPercentThreshold = 101 },
		"breaker.requestVolumeThreshold: found 0":  func(b *Breaker) { b.RequestVolumeThreshold = 0 },
		"breaker.rollingWindow: found 999ms":       func(b *Breaker) { b.RollingWindow = 999 * time.Millisecond },
		"breaker.sleepWindow: found 0s":            func(b *Breaker) { b.SleepWindow = 0 },
		"breaker.failureCodes: found none":         func(b *Breaker) { b.FailureCodes = nil },
	} {
		rule := quickBreaker()
		change(rule)
		wantWrong(t, rule.check(), want)
	}
	for _, change := range []func(*Breaker){
		func(b *Breaker) { b.ErrorPercentThreshold = 1 },
		func(b *Breaker) { b.ErrorPercentThreshold = 100 },
		func(b *Breaker) { b.RequestVolumeThreshold = 1 },
		func(b *Breaker) { b.RollingWindow = time.Second },
	} {
		rule := quickBreaker()
		change(rule)
		if err := rule.check(); err != nil {
			t.Error(err)
		}
	}
}
