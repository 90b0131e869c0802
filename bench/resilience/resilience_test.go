package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/afex/hystrix-go/hystrix"
	"github.com/failsafe-go/failsafe-go"
	failsafebulkhead "github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/failsafe-go/failsafe-go/timeout"
	"github.com/sony/gobreaker/v2"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/shop/internal/loadbalancer"
	"example.com/shop/internal/resilience"
)

const (
	method = "/shop.v1.Shop/Get"
	bound  = time.Second
)

// call is a call that succeeds at once.
func call(context.Context) error { return nil }

// contenders make the same call in their way.
func contenders(tb testing.TB) map[string]func(context.Context) error {
	tb.Helper()
	return map[string]func(context.Context) error{
		"context.WithTimeout": func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, bound)
			defer cancel()
			return call(ctx)
		},
		"emitted":               emitted(tb, call),
		"failsafe-go":           withFailsafe(),
		"gobreaker + semaphore": withGobreaker(),
		"hystrix-go":            withHystrix(),
	}
}

// emitted is all layers of the emitted client: deadline, budgeted retry, breaker, bulkhead and attempt deadline, and the
// balancer's context of a call.
func emitted(tb testing.TB, call func(context.Context) error) func(context.Context) error {
	tb.Helper()
	metrics, err := resilience.NewMetrics(nil, "shop")
	if err != nil {
		tb.Fatal(err)
	}
	engine, err := resilience.New(resilience.Options{
		Table: resilience.Table{
			RetryBudget: resilience.RetryBudget{Percent: 20, MinRetriesPerSecond: 10},
			Methods: map[string]resilience.Policy{method: {
				Timeout:        bound,
				AttemptTimeout: bound / 3,
				Retry: &resilience.Retry{
					MaxAttempts: 3, InitialBackoff: 25 * time.Millisecond, MaxBackoff: 250 * time.Millisecond,
					BackoffMultiplier: 2, Jitter: 0.2, RetryableStatusCodes: resilience.Codes{codes.Unavailable},
				},
				Breaker: &resilience.Breaker{
					ErrorPercentThreshold: 50, RequestVolumeThreshold: 20, RollingWindow: 10 * time.Second,
					SleepWindow: 5 * time.Second, FailureCodes: resilience.Codes{codes.Unavailable, codes.DeadlineExceeded},
				},
				Bulkhead: &resilience.Bulkhead{MaxConcurrentRequests: 100},
			}},
		},
		Metrics:  metrics,
		Attempts: loadbalancer.WithCall,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(engine.Close)
	invoke := func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
		return call(ctx)
	}
	return func(ctx context.Context) error { return engine.Unary(ctx, method, nil, nil, nil, invoke) }
}

func withFailsafe() func(context.Context) error {
	executor := failsafe.With[any](
		retrypolicy.NewBuilder[any]().WithMaxAttempts(3).WithBackoff(25*time.Millisecond, 250*time.Millisecond).Build(),
		circuitbreaker.NewBuilder[any]().WithFailureRateThreshold(0.5, 20, 10*time.Second).WithDelay(5*time.Second).Build(),
		failsafebulkhead.New[any](100),
		timeout.New[any](bound),
	)
	return func(ctx context.Context) error {
		return executor.WithContext(ctx).RunWithExecution(func(e failsafe.Execution[any]) error { return call(e.Context()) })
	}
}

func withGobreaker() func(context.Context) error {
	breaker := gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{Interval: 10 * time.Second, BucketPeriod: time.Second})
	slots := make(chan struct{}, 100)
	return func(ctx context.Context) error {
		done, err := breaker.Allow()
		if err != nil {
			return err
		}
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		default:
			return errors.New("full")
		}
		ctx, cancel := context.WithTimeout(ctx, bound)
		defer cancel()
		err = call(ctx)
		done(err)
		return err
	}
}

func withHystrix() func(context.Context) error {
	hystrix.ConfigureCommand(method, hystrix.CommandConfig{Timeout: int(bound.Milliseconds()), MaxConcurrentRequests: 100})
	return func(ctx context.Context) error { return hystrix.DoC(ctx, method, call, nil) }
}

func BenchmarkCall(b *testing.B) {
	for name, call := range contenders(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = call(context.Background()) // hystrix-go refuses some
			}
		})
		b.Run(name+" in parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_ = call(context.Background())
				}
			})
		})
	}
}

// TestCost holds the emitted layers to 1.5 microseconds and 6 allocations on top of context.WithTimeout, in the best of
// five: a machine that does other things as well only adds to it.
func TestCost(t *testing.T) {
	measure := func(call func(context.Context) error) (ns, allocations int64) {
		for i := range 5 {
			r := testing.Benchmark(func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = call(context.Background())
				}
			})
			if i == 0 || r.NsPerOp() < ns {
				ns, allocations = r.NsPerOp(), r.AllocsPerOp()
			}
		}
		return ns, allocations
	}
	calls := contenders(t)
	baseNs, baseAllocations := measure(calls["context.WithTimeout"])
	ns, allocations := measure(calls["emitted"])
	t.Logf("context.WithTimeout: %d ns, %d allocations; emitted: %d ns and %d allocations more",
		baseNs, baseAllocations, ns-baseNs, allocations-baseAllocations)
	if ns-baseNs > 1500 || allocations-baseAllocations > 6 {
		t.Error("want at most 1500 ns and 6 allocations more")
	}
}

// TestNothingIsLeftBehind makes a million calls, of which callers give up many at any moment, and looks for goroutines.
func TestNothingIsLeftBehind(t *testing.T) {
	defer goleak.VerifyNone(t)
	calls := 1_000_000
	if testing.Short() {
		calls /= 50
	}
	outcomes := func(ctx context.Context) error {
		switch rand.IntN(8) {
		case 0:
			<-ctx.Done()
			return status.FromContextError(ctx.Err()).Err()
		case 1:
			return status.Error(codes.Unavailable, "")
		default:
			return nil
		}
	}
	call := emitted(t, outcomes)
	const callers = 64
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for range calls / callers {
				ctx, cancel := context.WithCancel(context.Background())
				if rand.IntN(2) == 0 {
					time.AfterFunc(time.Duration(rand.IntN(200))*time.Microsecond, cancel)
				} else {
					ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(200))*time.Microsecond)
				}
				_ = call(ctx)
				cancel()
			}
		})
	}
	group.Wait()
}
