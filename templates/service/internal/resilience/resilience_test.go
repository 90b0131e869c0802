package resilience

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestOtherMethodsPass(t *testing.T) {
	bubble(t, Policy{Timeout: time.Second}, func(f *fixture) {
		sent := false
		invoke := func(ctx context.Context, method string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
			_, limited := ctx.Deadline()
			sent = !limited && method == "/grpc.health.v1.Health/Check"
			return nil
		}
		err := f.engine.Unary(f.t.Context(), "/grpc.health.v1.Health/Check", &emptypb.Empty{}, &emptypb.Empty{}, nil, invoke)
		if err != nil || !sent {
			f.t.Errorf("the call is not made as it is: %v", err)
		}
		f.wantValue("grpc_client_calls_total", 0)
	})
}

func TestTimeOfCallsAndAttempts(t *testing.T) {
	for name, c := range map[string]struct {
		policy  Policy
		callers time.Duration // zero: none
		want    time.Duration
	}{
		"call":                   {Policy{Timeout: 3 * time.Second}, 0, 3 * time.Second},
		"attempt":                {Policy{Timeout: 3 * time.Second, AttemptTimeout: time.Second}, 0, time.Second},
		"attempt and call":       {Policy{Timeout: time.Second, AttemptTimeout: time.Second}, 0, time.Second},
		"caller before the call": {Policy{Timeout: 3 * time.Second}, 2 * time.Second, 2 * time.Second},
		"caller after the call":  {Policy{Timeout: 3 * time.Second}, 4 * time.Second, 3 * time.Second},
		"caller before attempt":  {Policy{Timeout: 3 * time.Second, AttemptTimeout: 2 * time.Second}, time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, c.policy, func(f *fixture) {
				f.answer = hang
				ctx := f.t.Context()
				if c.callers > 0 {
					ctx = f.within(c.callers)
				}
				began := time.Now()
				f.want(ctx, codes.DeadlineExceeded)
				if took := time.Since(began); took != c.want {
					f.t.Errorf("the call has taken %s, want %s", took, c.want)
				}
			})
		})
	}
}

func TestCallersOptionsWin(t *testing.T) {
	bubble(t, Policy{WaitForReady: true}, func(f *fixture) {
		err := f.engine.Unary(f.t.Context(), probe, &emptypb.Empty{}, &emptypb.Empty{}, nil, f.send, grpc.WaitForReady(false))
		want := []grpc.CallOption{grpc.WaitForReady(true), grpc.WaitForReady(false)}
		if err != nil || len(f.options) != 2 || f.options[0] != want[0] || f.options[1] != want[1] {
			f.t.Errorf("the options are %v, %v, want %v", f.options, err, want)
		}
	})
	bubble(t, Policy{}, func(f *fixture) {
		f.want(f.t.Context(), codes.OK)
		if len(f.options) != 0 {
			f.t.Errorf("there are options: %v", f.options)
		}
	})
}

func TestAttemptsShareAContext(t *testing.T) {
	type shared struct{}
	metrics, err := NewMetrics(nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := New(Options{
		Table: Table{
			Methods: map[string]Policy{probe: {Timeout: time.Second}},
		},
		Metrics:  metrics,
		Attempts: func(ctx context.Context) context.Context { return context.WithValue(ctx, shared{}, true) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	f := &fixture{t: t, engine: engine, answer: func(ctx context.Context) error {
		if ctx.Value(shared{}) != true {
			t.Error("the attempt has another context")
		}
		return nil
	}}
	f.want(t.Context(), codes.OK)
	f.wantSent(1)
}

func TestTableIsChecked(t *testing.T) {
	for want, policy := range map[string]Policy{
		"timeout: found 0s, want more than 0s":                             {},
		"timeout: found -1ns, want more than 0s":                           {Timeout: -1},
		"attemptTimeout: found 2ns, want more than 0s and at most timeout": {Timeout: 1, AttemptTimeout: 2},
		"attemptTimeout: found -1ns":                                       {Timeout: 1, AttemptTimeout: -1},
		"attemptTimeout: found 1ns, want none: the calls are streams":      {Stream: true, AttemptTimeout: 1},
		"idleTimeout: found -1ns, want more than 0s":                       {Stream: true, IdleTimeout: -1},
		"idleTimeout: found 1ns, want none: the calls are no streams":      {Timeout: 1, IdleTimeout: 1},
	} {
		metrics, err := NewMetrics(nil, "test")
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(Options{Table: Table{Methods: map[string]Policy{probe: policy}}, Metrics: metrics})
		if err == nil || !strings.Contains(err.Error(), "test.v1.Probe/Call: "+want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}

func TestMetricsBeginAtZero(t *testing.T) {
	bubble(t, Policy{}, func(f *fixture) {
		families, err := f.registry.Gather()
		if err != nil || len(families) < 3 {
			f.t.Fatalf("there are %d metrics, %v", len(families), err)
		}
		for _, family := range families {
			f.wantValue(family.GetName(), 0)
		}
		f.want(f.t.Context(), codes.OK)
		f.wantValue("grpc_client_calls_total", 1)
		f.wantValue("grpc_client_attempts_total", 1)
	})
}

// TestMetricsOfWhatAPolicyHas: a method without a breaker has no state of one.
func TestMetricsOfWhatAPolicyHas(t *testing.T) {
	rules := map[string]struct {
		policy Policy
		names  []string
	}{
		"none":     {Policy{}, nil},
		"retry":    {Policy{Retry: threeAttempts()}, []string{"grpc_client_retries_total", "grpc_client_retries_denied_total"}},
		"breaker":  {Policy{Breaker: quickBreaker()}, []string{"grpc_client_breaker_state", "grpc_client_breaker_refusals_total"}},
		"bulkhead": {Policy{Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, []string{"grpc_client_bulkhead_refusals_total"}},
		"fallback": {Policy{Fallback: fallbacks()["value"]}, []string{"grpc_client_fallbacks_total"}},
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			bubble(t, rule.policy, func(f *fixture) {
				for _, other := range rules {
					for _, metric := range other.names {
						want := -1.0
						if slices.Contains(rule.names, metric) {
							want = 0
						}
						f.wantValue(metric, want)
					}
				}
				f.engine.Close()
			})
		})
	}
}

func TestMetricsAreShared(t *testing.T) {
	bubble(t, Policy{}, func(f *fixture) {
		again, err := NewMetrics(f.registry, "test")
		if err != nil || again != f.engine.metrics {
			f.t.Errorf("NewMetrics returned %v, %v", again, err)
		}
		if other, err := NewMetrics(f.registry, "another"); err != nil || other == again {
			f.t.Errorf("NewMetrics of another target returned %v, %v", other, err)
		}
	})
}
