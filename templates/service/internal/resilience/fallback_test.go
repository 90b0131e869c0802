package resilience

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// fallsBack makes a call, and reports whether it is answered by the fallback.
func (f *fixture) fallsBack(ctx context.Context) bool {
	before := f.value("grpc_client_fallbacks_total")
	reply := &wrapperspb.StringValue{}
	err := f.engine.Unary(ctx, probe, wrapperspb.String("request"), reply, nil, f.send)
	served := f.value("grpc_client_fallbacks_total") > before
	if served && (err != nil || reply.GetValue() != "fallback") {
		f.t.Errorf("the caller has got %v, %v", reply, err)
	}
	return served
}

// fallbacks are one of each kind. All answer "fallback", the cache once it is filled.
func fallbacks() map[string]*Fallback {
	return map[string]*Fallback{
		"value": {Value: MustValue(&wrapperspb.StringValue{}, `"fallback"`)},
		"cache": {Cache: &Cache{TTL: time.Hour, MaxEntries: 1}},
		"func": {IsFunc: true, Func: func(context.Context, any, error) (proto.Message, error) {
			return wrapperspb.String("fallback"), nil
		}},
	}
}

// eachFallback runs test for a method that falls back in each way.
func eachFallback(t *testing.T, policy Policy, test func(*fixture)) {
	t.Helper()
	for kind, fallback := range fallbacks() {
		t.Run(kind, func(t *testing.T) {
			policy.Fallback = fallback
			bubble(t, policy, func(f *fixture) {
				f.fill()
				test(f)
			})
		})
	}
}

// fill makes a good call, whose answer a cache keeps.
func (f *fixture) fill() {
	f.t.Helper()
	invoke := func(_ context.Context, _ string, _, reply any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
		reply.(*wrapperspb.StringValue).Value = "fallback"
		return nil
	}
	err := f.engine.Unary(f.t.Context(), probe, wrapperspb.String("request"), &wrapperspb.StringValue{}, nil, invoke)
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestFallbackAnswersForTheService(t *testing.T) {
	cancelled := func(f *fixture) context.Context {
		ctx, cancel := context.WithCancel(f.t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		return ctx
	}
	plain := func(f *fixture) context.Context { return f.t.Context() }
	short := func(f *fixture) context.Context { return f.within(time.Second) }
	tooLarge := func(context.Context) error {
		return status.Error(codes.ResourceExhausted, "trying to send message larger than max (5 vs. 4)")
	}
	for name, c := range map[string]struct {
		answer func(context.Context) error
		ctx    func(*fixture) context.Context
		want   bool
	}{
		"well":                  {well, plain, false},
		"unavailable":           {fail(codes.Unavailable), plain, true},
		"not found":             {fail(codes.NotFound), plain, false},
		"too large a message":   {tooLarge, plain, false},
		"the client's bound":    {hang, plain, true},
		"the caller's deadline": {hang, short, false},
		"cancelled":             {hang, cancelled, false},
	} {
		t.Run(name, func(t *testing.T) {
			eachFallback(t, Policy{Timeout: 2 * time.Second}, func(f *fixture) {
				f.answer = c.answer
				if got := f.fallsBack(c.ctx(f)); got != c.want {
					f.t.Errorf("the fallback answers: %v, want %v", got, c.want)
				}
			})
		})
	}
}

// TestFallbackOfAnotherTypeIsNone: the caller may expect a message of another type, or none at all.
func TestFallbackOfAnotherTypeIsNone(t *testing.T) {
	eachFallback(t, Policy{}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		for _, reply := range []any{&emptypb.Empty{}, "text"} {
			err := f.engine.Unary(f.t.Context(), probe, wrapperspb.String("request"), reply, nil, f.send)
			if status.Code(err) != codes.Unavailable {
				f.t.Errorf("the call has ended with %v", err)
			}
		}
		f.wantValue("grpc_client_fallbacks_total", 0)
	})
}

func TestFallbackComesAfterTheLastAttempt(t *testing.T) {
	eachFallback(t, Policy{Retry: threeAttempts()}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		if !f.fallsBack(f.t.Context()) {
			f.t.Error("the fallback does not answer")
		}
		f.wantSent(3)
	})
}

func TestFallbackAnswersForAnOpenBreaker(t *testing.T) {
	rule := quickBreaker()
	rule.FailureCodes = Codes{codes.Internal}
	eachFallback(t, Policy{Timeout: time.Second, Breaker: rule}, func(f *fixture) {
		f.answer = fail(codes.Unavailable)
		if f.fallsBack(f.t.Context()) {
			f.t.Error("the fallback answers for what is no failure of this breaker's")
		}
		f.answer = hang
		if !f.fallsBack(f.t.Context()) {
			f.t.Error("the fallback does not answer for the client's own bound")
		}
		f.answer = fail(codes.Internal)
		for range 4 {
			if !f.fallsBack(f.t.Context()) {
				f.t.Error("the fallback does not answer for a failure")
			}
		}
		f.sent = 0
		if !f.fallsBack(f.t.Context()) {
			f.t.Error("the fallback does not answer for the open breaker")
		}
		f.wantSent(0)
	})
}

func TestFallbackAnswersForAFullBulkhead(t *testing.T) {
	eachFallback(t, Policy{Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, func(f *fixture) {
		answer := make(chan struct{})
		f.answer = func(context.Context) error { <-answer; return nil }
		ended := make(chan error)
		go func() { ended <- f.call(f.t.Context()) }()
		synctest.Wait()
		if !f.fallsBack(f.t.Context()) {
			f.t.Error("the fallback does not answer for the full bulkhead")
		}
		close(answer)
		if err := <-ended; err != nil {
			f.t.Error(err)
		}
	})
}

func TestFallbackIsChecked(t *testing.T) {
	for kind, fallback := range fallbacks() {
		if err := fallback.check(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	both := fallbacks()["value"]
	both.Cache = fallbacks()["cache"].Cache
	wantWrong(t, both.check(), "fallback: found 2, want one of cache, value and func")
	wantWrong(t, (&Fallback{}).check(), "fallback: found 0, want one of cache, value and func")
	wantWrong(t, (&Fallback{Cache: &Cache{TTL: 1}}).check(), "fallback.cache.maxEntries: found 0")
}
