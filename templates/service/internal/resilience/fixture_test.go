package resilience

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const probe = "/test.v1.Probe/Call"

// fixture is an engine whose attempts go to a function.
type fixture struct {
	t        *testing.T
	engine   *Engine
	registry *prometheus.Registry
	log      *logged
	answer   func(context.Context) error
	sent     int               // attempts
	options  []grpc.CallOption // of the last attempt
}

// logged is a log that is written and read at the same time.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write takes a line.
func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// take returns what was written since the last time.
func (l *logged) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// bubble runs test where time passes when all wait.
func bubble(t *testing.T, policy Policy, test func(*fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(start(t, policy, "")) })
}

// start returns an engine with the policy of one method.
func start(t *testing.T, policy Policy, file string) *fixture {
	t.Helper()
	f := &fixture{t: t, registry: prometheus.NewRegistry(), log: &logged{}, answer: well}
	if policy.Timeout == 0 {
		policy.Timeout = time.Minute
	}
	metrics, err := NewMetrics(f.registry, "test")
	if err != nil {
		t.Fatal(err)
	}
	f.engine, err = New(Options{
		Table: Table{
			RetryBudget: RetryBudget{Percent: 50, MinRetriesPerSecond: 100},
			Methods:     map[string]Policy{probe: policy},
		},
		File:    file,
		Logger:  slog.New(slog.NewTextHandler(f.log, nil)),
		Metrics: metrics,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.engine.Close)
	return f
}

// call makes a call.
func (f *fixture) call(ctx context.Context) error {
	return f.engine.Unary(ctx, probe, wrapperspb.String("request"), &wrapperspb.StringValue{}, nil, f.send)
}

func (f *fixture) send(
	ctx context.Context, _ string, _, reply any, _ *grpc.ClientConn, options ...grpc.CallOption,
) error {
	f.sent++
	f.options = options
	if err := f.answer(ctx); err != nil {
		return err
	}
	if message, ok := reply.(*wrapperspb.StringValue); ok {
		message.Value = "answer"
	}
	return nil
}

// want makes a call, and fails the test unless it ends with code.
func (f *fixture) want(ctx context.Context, code codes.Code) {
	f.t.Helper()
	if err := f.call(ctx); status.Code(err) != code {
		f.t.Errorf("the call has ended with %v, want %v", err, code)
	}
}

// wantSent fails the test unless so many attempts were sent since the last time.
func (f *fixture) wantSent(n int) {
	f.t.Helper()
	if f.sent != n {
		f.t.Errorf("%d attempts were sent, want %d", f.sent, n)
	}
	f.sent = 0
}

// value returns the value of a metric, or -1 when there is none.
func (f *fixture) value(name string) float64 {
	f.t.Helper()
	families, err := f.registry.Gather()
	if err != nil {
		f.t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()[0].GetCounter().GetValue() + family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return -1
}

// wantValue fails the test unless a metric has the value.
func (f *fixture) wantValue(name string, want float64) {
	f.t.Helper()
	if got := f.value(name); got != want {
		f.t.Errorf("%s is %v, want %v", name, got, want)
	}
}

func well(context.Context) error { return nil }

func fail(code codes.Code) func(context.Context) error {
	return func(context.Context) error { return status.Error(code, "as the test has it") }
}

// hang answers as grpc-go does when the context ends.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return status.FromContextError(ctx.Err()).Err()
}

// within is a context with so much time.
func (f *fixture) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(f.t.Context(), d)
	f.t.Cleanup(cancel)
	return ctx
}
