package resiliencetest

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
	"github.com/msgen/msgen/templates/service/internal/resilience"
)

// fallsBack makes a client that has a fallback for the method, and no other rule.
func (s *stage) fallsBack(options ...grpc.DialOption) {
	s.t.Helper()
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.Fallback = from.Fallback }, options...)
}

// answered reports whether a fallback answers for a code, when the policy does not say so.
func answered(code codes.Code) bool {
	return slices.Contains([]codes.Code{
		codes.Unavailable, codes.DeadlineExceeded, codes.Internal, codes.Unknown, codes.DataLoss, codes.ResourceExhausted,
	}, code)
}

// wantAnswered makes a call that fails with each code. It fails the test unless the fallback answers with want when it is the
// service that has failed.
func (s *stage) wantAnswered(request, want proto.Message) {
	s.t.Helper()
	for _, code := range errorCodes() {
		s.instance.Do(clienttest.Fail(code))
		got := want.ProtoReflect().New().Interface()
		err := s.conn.Invoke(s.t.Context(), s.Name, request, got)
		if !answered(code) {
			s.want(err, code)
		} else if err != nil || !proto.Equal(got, want) {
			s.t.Errorf("%v: the caller gets %v, %v, want %v", code, got, err, want)
		}
	}
}

func fallbackIsTheValue(s *stage) {
	s.fallsBack()
	want := proto.Clone(s.Fallback.Response)
	if err := protojson.Unmarshal([]byte(s.Fallback.Value), want); err != nil {
		s.t.Fatal(err)
	}
	s.wantAnswered(&emptypb.Empty{}, want)
}

func fallbackIsTheFunction(s *stage) {
	var asked []codes.Code
	s.client.Fallback = func(ctx context.Context, err error) error {
		if _, ok := ctx.Deadline(); !ok {
			s.t.Error("the function may take forever")
		}
		asked = append(asked, status.Code(err))
		return nil
	}
	s.fallsBack()
	s.wantAnswered(s.Fallback.Request, s.Fallback.Response)
	if want := slices.DeleteFunc(errorCodes(), func(code codes.Code) bool { return !answered(code) }); !slices.Equal(asked, want) {
		s.t.Errorf("the function has answered for %v, want %v", asked, want)
	}
}

func fallbackIsTheLastGoodResponse(s *stage) {
	s.fallsBack()
	s.calls(1, codes.Unavailable) // there is none yet
	s.calls(1, codes.OK)
	s.wantAnswered(&emptypb.Empty{}, &emptypb.Empty{})
	time.Sleep(s.Fallback.CacheTTL)
	s.instance.Do(clienttest.Fail(codes.Unavailable))
	s.want(s.call(), codes.OK)
	time.Sleep(time.Nanosecond)
	s.want(s.call(), codes.Unavailable)
}

// cacheHoldsItsEntries calls a method without an instance: there are many responses to be kept.
func cacheHoldsItsEntries(s *stage) {
	down := false
	s.fallsBack(grpc.WithChainUnaryInterceptor(
		func(context.Context, string, any, any, *grpc.ClientConn, grpc.UnaryInvoker, ...grpc.CallOption) error {
			if down {
				return status.Error(codes.Unavailable, "down")
			}
			return nil
		}))
	call := func(n int) error {
		return s.conn.Invoke(s.t.Context(), s.Name, wrapperspb.Int64(int64(n)), &emptypb.Empty{})
	}
	entries := s.Fallback.CacheEntries
	for n := range entries {
		s.want(call(n), codes.OK)
	}
	down = true
	s.want(call(0), codes.OK) // and the longest unused is 1
	down = false
	s.want(call(entries), codes.OK)
	down = true
	if entries > 1 {
		s.want(call(0), codes.OK)
		s.want(call(1), codes.Unavailable)
	} else {
		s.want(call(0), codes.Unavailable)
	}
	s.want(call(entries), codes.OK)
}

// callersDoNotShareResponses that differ in the metadata which the policy names.
func callersDoNotShareResponses(s *stage) {
	s.fallsBack()
	as := func(key, value string) context.Context {
		return metadata.AppendToOutgoingContext(s.t.Context(), "x-of-no-matter", value, key, value)
	}
	for _, key := range s.Fallback.CacheKeys {
		s.instance.Do(clienttest.Well)
		s.want(s.callWith(as(key, "one")), codes.OK)
		s.instance.Do(clienttest.Fail(codes.Unavailable))
		s.want(s.callWith(as(key, "one")), codes.OK)
		s.want(s.callWith(as(key, "another")), codes.Unavailable)
	}
	s.calls(1, codes.OK)
	s.instance.Do(clienttest.Fail(codes.Unavailable))
	s.want(s.callWith(as("x-of-no-matter-either", "another")), codes.OK)
}
