package resiliencetest

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msgen/msgen/templates/service/internal/resilience"
)

const file = "TEST_RESILIENCE_FILE"

// TestEngineKeepsPromises has each kind of call with all its rules.
func TestEngineKeepsPromises(t *testing.T) {
	promises().Prove(t, func(t *testing.T, c Client) *grpc.ClientConn {
		t.Helper()
		table := table(c.Fallback)
		c.Isolate(table)
		metrics, err := resilience.NewMetrics(nil, "test")
		if err != nil {
			t.Fatal(err)
		}
		engine, err := resilience.New(resilience.Options{
			Table: table, File: os.Getenv(file), Logger: slog.New(slog.DiscardHandler), Metrics: metrics, Random: c.Random,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(engine.Close)
		conn, err := grpc.NewClient("passthrough:///"+c.Endpoint, append([]grpc.DialOption{
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithChainUnaryInterceptor(engine.Unary),
			grpc.WithChainStreamInterceptor(engine.Stream),
		}, c.Options...)...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	})
}

func promises() Policy {
	retry := Retry{Attempts: 3, Codes: []codes.Code{codes.Unavailable}}
	for _, pause := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond} {
		retry.Pauses = append(retry.Pauses, [2]time.Duration{pause * 4 / 5, pause * 6 / 5})
	}
	breaker := Breaker{
		ErrorPercent: 50, RequestVolume: 8, RollingWindow: 10 * time.Second, SleepWindow: 5 * time.Second,
		FailureCodes: []codes.Code{codes.Unavailable, codes.Internal},
	}
	unary := Method{Timeout: 2 * time.Second, AttemptTimeout: time.Second, Retry: retry, Breaker: breaker, Concurrent: 3}
	value, cache, function, waits := unary, unary, unary, Method{Timeout: time.Second, WaitForReady: true}
	value.Fallback = Fallback{Value: `"none"`, Response: &wrapperspb.StringValue{}}
	cache.Fallback = Fallback{CacheTTL: time.Minute, CacheEntries: 2, CacheKeys: []string{"authorization"}}
	function.Fallback = Fallback{Func: true, Request: &emptypb.Empty{}, Response: wrapperspb.String("function")}
	streams := Method{IdleTimeout: 7 * time.Second, Retry: retry, Breaker: breaker, Concurrent: 2}
	down, up := streams, streams
	down.Stream = &grpc.StreamDesc{ServerStreams: true}
	up.Stream = &grpc.StreamDesc{ClientStreams: true}
	policy := Policy{RetryPercent: 20, RetryPerSecond: 10, FileVariable: file}
	for name, method := range map[string]Method{
		"Value": value, "Cache": cache, "Func": function, "Waits": waits, "Down": down, "Up": up,
	} {
		method.Name = "/test.v1.Probe/" + name
		policy.Methods = append(policy.Methods, method)
	}
	return policy
}

// table is the policy that promises speaks of.
func table(answer func(context.Context, error) error) resilience.Table {
	retry := &resilience.Retry{
		MaxAttempts: 3, InitialBackoff: 100 * time.Millisecond, MaxBackoff: time.Second, BackoffMultiplier: 2, Jitter: 0.2,
		RetryableStatusCodes: resilience.Codes{codes.Unavailable},
	}
	breaker := &resilience.Breaker{
		ErrorPercentThreshold: 50, RequestVolumeThreshold: 8, RollingWindow: 10 * time.Second, SleepWindow: 5 * time.Second,
		FailureCodes: resilience.Codes{codes.Unavailable, codes.Internal},
	}
	policies := map[string]resilience.Policy{
		"Value": {Fallback: &resilience.Fallback{Value: resilience.MustValue(&wrapperspb.StringValue{}, `"none"`)}},
		"Cache": {Fallback: &resilience.Fallback{Cache: &resilience.Cache{
			TTL: time.Minute, MaxEntries: 2, KeyMetadata: []string{"authorization"},
		}}},
		"Func": {Fallback: &resilience.Fallback{
			IsFunc: true,
			Func: func(ctx context.Context, _ any, err error) (proto.Message, error) {
				return wrapperspb.String("function"), answer(ctx, err)
			},
		}},
		"Waits": {WaitForReady: true},
		"Down":  {Stream: true},
		"Up":    {Stream: true},
	}
	methods := map[string]resilience.Policy{}
	for name, policy := range policies {
		switch {
		case policy.WaitForReady:
			policy.Timeout = time.Second
		case policy.Stream:
			policy.IdleTimeout = 7 * time.Second
			policy.Retry, policy.Breaker, policy.Bulkhead = retry, breaker, &resilience.Bulkhead{MaxConcurrentRequests: 2}
		default:
			policy.Timeout, policy.AttemptTimeout = 2*time.Second, time.Second
			policy.Retry, policy.Breaker, policy.Bulkhead = retry, breaker, &resilience.Bulkhead{MaxConcurrentRequests: 3}
		}
		methods["/test.v1.Probe/"+name] = policy
	}
	return resilience.Table{RetryBudget: resilience.RetryBudget{Percent: 20, MinRetriesPerSecond: 10}, Methods: methods}
}
