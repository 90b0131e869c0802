package resilience

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func TestFunctionAnswers(t *testing.T) {
	policy := Policy{Timeout: time.Second}
	policy.Fallback = &Fallback{Func: func(ctx context.Context, request any, err error) (proto.Message, error) {
		deadline, _ := ctx.Deadline()
		if left := time.Until(deadline); left != time.Second {
			t.Errorf("the function has %s, want the time of a call", left)
		}
		if status.Code(err) == codes.Internal {
			return nil, status.Error(codes.NotFound, "the function knows nothing")
		}
		return request.(proto.Message), nil
	}}
	bubble(t, policy, func(f *fixture) {
		f.answer = hang // until the time of the call is over
		reply := &wrapperspb.StringValue{}
		err := f.engine.Unary(f.t.Context(), probe, wrapperspb.String("request"), reply, nil, f.send)
		if err != nil || reply.GetValue() != "request" {
			f.t.Errorf("the caller has got %v, %v", reply, err)
		}
		f.wantValue("grpc_client_fallbacks_total", 1)

		f.answer = fail(codes.Internal)
		f.want(f.t.Context(), codes.NotFound)
		f.wantValue("grpc_client_fallbacks_total", 1)
	})
}

func TestFunctionIsRequired(t *testing.T) {
	wantWrong(t, (&Fallback{IsFunc: true}).check(), "fallback.func: found none, want a function")
}
