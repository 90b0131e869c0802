package loadbalancer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func TestWhatCountsAsAFailure(t *testing.T) {
	answer := func(code codes.Code, text string) func(context.Context) error {
		return func(context.Context) error { return status.Error(code, text) }
	}
	within := func(d time.Duration, call func(*fixture, context.Context) error) func(*fixture, context.Context) error {
		return func(f *fixture, ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			return call(f, ctx)
		}
	}
	hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	plain := (*fixture).call

	for name, c := range map[string]struct {
		answer  func(context.Context) error
		call    func(*fixture, context.Context) error
		ejected bool
	}{
		"unavailable":                  {answer(codes.Unavailable, ""), plain, true},
		"internal":                     {answer(codes.Internal, "boom"), plain, true},
		"no capacity":                  {answer(codes.ResourceExhausted, "busy"), plain, true},
		"not in the list":              {answer(codes.Unknown, ""), plain, false},
		"not found":                    {answer(codes.NotFound, ""), plain, false},
		"cancelled there":              {answer(codes.Canceled, ""), plain, false},
		"gives up by itself":           {answer(codes.DeadlineExceeded, ""), plain, true},
		"gives up in time":             {answer(codes.DeadlineExceeded, ""), within(time.Second, plain), true},
		"client's bound":               {hang, (*fixture).bounded, true},
		"caller's deadline":            {hang, within(time.Second, plain), false},
		"caller's before the client's": {hang, within(time.Second/2, (*fixture).bounded), false},
		"client's before the caller's": {hang, within(2*time.Second, (*fixture).bounded), true},
		"cancelled here": {hang, func(f *fixture, ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return f.call(ctx)
		}, false},
		"answer that the client finds too large": {answer(codes.OK, ""), func(f *fixture, ctx context.Context) error {
			return f.conn.Invoke(ctx, method, &emptypb.Empty{}, &emptypb.Empty{}, grpc.MaxCallRecvMsgSize(1))
		}, false},
		"request that the client finds too large": {answer(codes.OK, ""), func(f *fixture, ctx context.Context) error {
			return f.conn.Invoke(ctx, method, wrapperspb.String("long"), &emptypb.Empty{}, grpc.MaxCallSendMsgSize(1))
		}, false},
		"request that the endpoint finds too large": {answer(codes.OK, ""), func(f *fixture, ctx context.Context) error {
			large := wrapperspb.Bytes(make([]byte, 5<<20))
			return f.conn.Invoke(ctx, method, large, &emptypb.Empty{})
		}, false},
		"request that cannot be encoded": {answer(codes.OK, ""), func(f *fixture, ctx context.Context) error {
			return f.conn.Invoke(ctx, method, wrapperspb.String("\xff"), &emptypb.Empty{})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := start(t, settings(), 2)
				for _, instance := range f.instances {
					instance.do(c.answer)
				}
				for range 6 {
					if err := c.call(f, t.Context()); err == nil {
						t.Fatal("the call has not failed")
					}
				}
				if got := f.value(t, "grpc_client_ejections_total") == 1; got != c.ejected {
					t.Errorf("ejected: %v, want %v", got, c.ejected)
				}
			})
		})
	}
}

func TestCallThatWasNotSentSaysNothing(t *testing.T) {
	unsent := balancer.DoneInfo{Err: status.Error(codes.Unavailable, "the connection is draining")}
	if got := settings().Ejection.outcome(t.Context(), unsent); got != nothing {
		t.Errorf("the outcome is %v, want nothing", got)
	}
}
