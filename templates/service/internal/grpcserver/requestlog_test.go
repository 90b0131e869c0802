package grpcserver

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestCallsAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{
			unary:  func(context.Context) error { return status.Error(codes.NotFound, "no such thing") },
			stream: func(stream grpc.ServerStream) error { return stream.SendMsg(&emptypb.Empty{}) },
		})
		began := time.Now()
		_ = f.call(t.Context(), 0)
		f.open(t)
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)
		synctest.Wait()

		if want := []slog.Level{slog.LevelInfo, slog.LevelInfo, slog.LevelDebug}; !slices.Equal(f.levels, want) {
			t.Errorf("a call, a stream and a health check are logged at %v, want %v", f.levels, want)
		}
		call := f.calls[0]
		if call.Method != "/test.Probe/Unary" || call.Status.Code() != codes.NotFound || call.Status.Message() != "no such thing" {
			t.Errorf("the call is logged as %+v", call)
		}
		if !call.Start.Equal(began) || call.Peer.String() != "bufconn" {
			t.Errorf("the call is logged from %v at %v, want bufconn at %v", call.Peer, call.Start, began)
		}
		if f.calls[1].Method != "/test.Probe/Stream" || f.calls[1].Status.Code() != codes.OK {
			t.Errorf("the stream is logged as %+v", f.calls[1])
		}
	})
}

func TestLogLevelFollowsTheFault(t *testing.T) {
	for want, results := range map[slog.Level][]error{
		slog.LevelInfo:  {nil, status.Error(codes.InvalidArgument, ""), context.Canceled},
		slog.LevelWarn:  {status.Error(codes.Unavailable, ""), context.DeadlineExceeded},
		slog.LevelError: {status.Error(codes.Internal, ""), errors.New("no status")},
	} {
		for _, err := range results {
			if got := levelOf("/test.Probe/Unary", statusOf(err).Code()); got != want {
				t.Errorf("%v is logged at %s, want %s", err, got, want)
			}
		}
	}
}
