package loadbalancer

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
)

func TestEndpointIsEjectedAfterItsFailuresInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		f.instances["b"].fail(codes.Unavailable)
		if failed := f.calls(t, 8); failed != 3 {
			t.Errorf("%d of 8 calls failed, want 3", failed)
		}
		f.wantSpread(t, 3, 3, 2)
		if failed := f.calls(t, 20); failed != 0 {
			t.Errorf("%d calls failed after the ejection", failed)
		}
		f.wantSpread(t, 10, 0, 10)
	})
}

func TestSuccessEndsTheRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		b := f.instances["b"]
		for range 5 {
			b.fail(codes.Internal)
			f.calls(t, 4) // two of them to b
			b.fail(codes.NotFound)
			f.calls(t, 2)
		}
		f.wantSpread(t, 15, 15)
	})
}

func TestCallsThatSayNothingDoNotEndTheRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		b := f.instances["b"]
		for range 3 {
			b.do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, _ = f.call(ctx), f.call(ctx) // the second is b's
			cancel()

			ctx, cancel = context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, _ = f.call(ctx), f.call(ctx)

			b.fail(codes.Unavailable)
			f.calls(t, 2)
		}
		f.wantSpread(t, 9, 9)
		f.calls(t, 2)
		f.wantSpread(t, 2, 0)
	})
}

func TestEjectionsGrowAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.instances["b"].fail(codes.Unavailable)
		for _, seconds := range []int{10, 20, 30, 35, 35} {
			f.calls(t, 6)
			wantAbsence(t, f, seconds)
		}

		f.instances["b"].heal()
		f.calls(t, 2)
		time.Sleep(20 * time.Second) // takes two from the four times of before
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 6)
		wantAbsence(t, f, 30)

		time.Sleep(time.Minute) // takes all
		f.calls(t, 6)
		wantAbsence(t, f, 10)
	})
}

// wantAbsence fails the test unless b, which has just been ejected, comes back after so many seconds and not before.
func wantAbsence(t *testing.T, f *fixture, seconds int) {
	t.Helper()
	want := time.Duration(seconds) * time.Second
	f.instances["b"].calls.Store(0)
	time.Sleep(want - time.Millisecond)
	f.calls(t, 4)
	if f.instances["b"].calls.Load() != 0 {
		t.Errorf("the endpoint gets calls before %v are over", want)
	}
	time.Sleep(2 * time.Millisecond)
	synctest.Wait()
	f.calls(t, 2)
	if f.instances["b"].calls.Load() != 1 {
		t.Errorf("the endpoint gets %d of 2 calls after %v, want 1", f.instances["b"].calls.Load(), want)
	}
	f.instances["b"].heal() // ends the row
	f.calls(t, 2)
	f.instances["b"].fail(codes.Unavailable)
}

// TestEjectorGoesByItsCallersClock: each ejection in a row is longer, up to the longest, and ends when it is over.
func TestEjectorGoesByItsCallersClock(t *testing.T) {
	s := settings()
	var err error
	if s.Metrics, err = NewMetrics(prometheus.NewRegistry(), "test"); err != nil {
		t.Fatal(err)
	}
	bad, good := newEndpoint("bad", s.Metrics), newEndpoint("good", s.Metrics)
	bad.ready, good.ready = true, true
	e := ejector{settings: &s, endpoints: []*Endpoint{bad, good}}
	now := time.Unix(1_000_000, 0)
	for _, want := range []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second, 35 * time.Second, 35 * time.Second} {
		ejected := 0
		for range s.Ejection.ConsecutiveFailures {
			if e.fail(bad, bad.generation.Load(), now) {
				ejected++
			}
		}
		if ejected != 1 || e.readmit(now.Add(want-1)) || !e.readmit(now.Add(want)) {
			t.Errorf("ejected %d times until %v, want once for %v", ejected, bad.readmitted.Sub(now), want)
		}
		now = now.Add(want)
	}
	now = now.Add(2 * s.Ejection.BaseTime) // that it has been well
	for range s.Ejection.ConsecutiveFailures {
		e.fail(bad, bad.generation.Load(), now)
	}
	if got := bad.readmitted.Sub(now); got != 30*time.Second {
		t.Errorf("after two times of BaseTime without a failure it is ejected for %v, want 30s", got)
	}
}

func TestLastEndpointIsNeverEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Ejection.MaxPercent = 100
		f := start(t, s, 3)
		for _, instance := range f.instances {
			instance.fail(codes.Unavailable)
		}
		f.calls(t, 100)
		if got := f.value(t, "grpc_client_ejected_endpoints"); got != 2 {
			t.Errorf("%v of 3 endpoints are ejected, want 2", got)
		}

		f.find("a")
		f.instances["a"].calls.Store(0)
		f.calls(t, 10)
		if got := f.instances["a"].calls.Load(); got != 10 {
			t.Errorf("the only endpoint gets %d of 10 calls", got)
		}
	})
}

func TestOnlyAShareOfTheEndpointsIsEjected(t *testing.T) {
	for percent, want := range map[int]float64{1: 1, 39: 1, 40: 2, 50: 2, 100: 4} {
		synctest.Test(t, func(t *testing.T) {
			s := settings()
			s.Ejection.MaxPercent = percent
			f := start(t, s, 5)
			for _, instance := range f.instances {
				instance.fail(codes.Unavailable)
			}
			f.calls(t, 100)
			if got := f.value(t, "grpc_client_ejected_endpoints"); got != want {
				t.Errorf("%v of 5 endpoints are ejected with %d percent, want %v", got, percent, want)
			}
		})
	}
}

func TestEjectionOutlivesWhatTheResolverFinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 8)
		f.find("c", "b", "a")
		f.find("a", "b")
		f.wantSpread(t, 3, 3, 2)
		f.calls(t, 10)
		f.wantSpread(t, 10, 0, 0)

		f.find("a", "c")
		f.find("a", "b", "c") // b is new
		f.instances["b"].heal()
		f.calls(t, 9)
		f.wantSpread(t, 3, 3, 3)
	})
}

func TestEndpointsThatAreTooManyAreReadmittedWhenOthersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 4)
		f.instances["a"].fail(codes.Unavailable)
		f.calls(t, 12)
		time.Sleep(time.Second)
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 9)
		f.find("a", "b")
		f.wantSpread(t, 3, 3+3, 3+3, 3+3)

		f.calls(t, 2) // a has less time to go than b
		f.wantSpread(t, 2, 0, 0, 0)
	})
}

func TestLastEndpointThatServesIsNeverEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.serve("a", false)
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 10)
		f.instances["b"].heal()
		f.serve("a", true)
		f.calls(t, 10)
		f.wantSpread(t, 5, 10+5)
	})
}

func TestEjectedEndpointIsBetterThanNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		b := f.instances["b"]
		b.fail(codes.Unavailable)
		f.calls(t, 8)
		f.serve("a", false)
		f.serve("c", false)
		b.heal()
		if failed := f.calls(t, 10); failed != 0 {
			t.Errorf("%d of 10 calls failed while the other endpoints do not serve", failed)
		}

		b.do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		for range 10 {
			go func() { _ = f.bounded(t.Context()) }()
		}
		synctest.Wait()
		f.serve("a", true)
		f.serve("c", true)
		time.Sleep(2 * time.Second) // the ten fail, but the endpoint cannot be ejected twice
		if got := f.value(t, "grpc_client_ejections_total"); got != 1 {
			t.Errorf("there were %v ejections, want 1", got)
		}
	})
}

func TestFailuresOfAnEndpointThatHasLeftDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		f.instances["c"].do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		for range 30 {
			go func() { _ = f.bounded(t.Context()) }()
		}
		synctest.Wait()
		f.find("a", "b")
		time.Sleep(2 * time.Second)
		if got := f.value(t, "grpc_client_ejections_total"); got != 0 {
			t.Errorf("there were %v ejections, want none", got)
		}
	})
}

func TestCallsFromBeforeAnEjectionDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		b := f.instances["b"]
		finish := make(chan struct{})
		b.do(func(ctx context.Context) error {
			<-finish
			return ctx.Err() // the caller has gone
		})
		hold := func() {
			ctx, cancel := context.WithTimeout(WithCall(t.Context()), 15*time.Second)
			defer cancel()
			_ = f.call(ctx)
		}
		for range 20 {
			go hold()
		}
		synctest.Wait()
		b.fail(codes.Unavailable)
		f.calls(t, 6) // eject b
		b.heal()

		time.Sleep(11 * time.Second)
		f.calls(t, 2)
		time.Sleep(5 * time.Second) // the ten that b holds fail now
		close(finish)
		synctest.Wait()
		f.wantSpread(t, 10+3+1, 10+3+1)
		f.calls(t, 2)
		f.wantSpread(t, 1, 1)
	})
}

func TestEndpointThatStopsIsNotEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		for range 20 {
			desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
			if _, err := f.conn.NewStream(t.Context(), desc, method); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		a := f.instances["a"]
		f.serve("a", false)
		a.server.Stop() // its streams end with UNAVAILABLE
		synctest.Wait()
		if got := f.value(t, "grpc_client_ejections_total"); got != 0 {
			t.Errorf("%v endpoints are ejected, want none", got)
		}
	})
}

// The calls that meet a connection at its end are no failures of the endpoint, which sends them elsewhere.
func TestConnectionsThatEndEjectNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Ejection.ConsecutiveFailures = 1
		f := start(t, s, 3, grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: time.Second}))
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				for range 200 {
					wantCode(t, f.call(t.Context()), codes.OK)
					time.Sleep(rand.N(100 * time.Millisecond))
				}
			})
		}
		group.Wait()
		if got := f.value(t, "grpc_client_ejections_total"); got != 0 {
			t.Errorf("%v endpoints were ejected, want none", got)
		}
	})
}

func TestHungEndpointIsEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		f.instances["b"].do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		for range 8 {
			_ = f.bounded(t.Context())
		}
		f.wantSpread(t, 3, 3, 2)
		for range 8 {
			wantCode(t, f.bounded(t.Context()), codes.OK)
		}
		f.wantSpread(t, 4, 0, 4)
	})
}

func TestEjectionCanBeOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Ejection.ConsecutiveFailures = 0
		f := start(t, s, 2)
		f.instances["b"].fail(codes.Unavailable)
		if failed := f.calls(t, 40); failed != 20 {
			t.Errorf("%d of 40 calls failed, want 20", failed)
		}
	})
}
