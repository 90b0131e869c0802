package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
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
			unary: func(context.Context) error {
				time.Sleep(1500 * time.Microsecond)
				return status.Error(codes.NotFound, "no such thing")
			},
			stream: func(stream grpc.ServerStream) error { return stream.SendMsg(&emptypb.Empty{}) },
		})
		_ = f.call(t.Context(), 0)
		f.open(t)
		synctest.Wait() // until it has ended
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)

		entries := f.entries(t, "call")
		want := []map[string]any{
			{"level": "INFO", "method": "/test.Probe/Unary", "code": "NotFound", "duration_us": 1500.0, "peer": "bufconn", "error": "no such thing"},
			{"level": "INFO", "method": "/test.Probe/Stream", "code": "OK", "duration_us": 0.0, "peer": "bufconn"},
			{"level": "DEBUG", "method": "/grpc.health.v1.Health/Check", "code": "OK", "duration_us": 0.0, "peer": "bufconn"},
		}
		for _, entry := range entries {
			delete(entry, "time")
			delete(entry, "msg")
		}
		if !slices.EqualFunc(entries, want, maps.Equal) {
			t.Errorf("the log has %v, want %v", entries, want)
		}
	})
}

func TestRefusedCallsAreSampled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.MaxConcurrentRequests = 1
		allowed := true
		cfg.Allow = func() bool { return allowed }
		work := make(chan struct{})
		f := start(t, cfg, probe{unary: func(context.Context) error { <-work; return status.Error(codes.ResourceExhausted, "own") }})
		ended := make(chan struct{})
		refuse := func(calls int) {
			for range calls {
				wantCode(t, f.call(t.Context(), 0), codes.ResourceExhausted)
			}
		}

		go func() { _ = f.call(t.Context(), 0); close(ended) }()
		synctest.Wait()
		refuse(5) // one line
		time.Sleep(refusalInterval - time.Nanosecond)
		refuse(2) // none
		time.Sleep(time.Nanosecond)
		refuse(3) // one line, which counts six
		close(work)
		<-ended // a line
		allowed = false
		refuse(2) // one line of the other limit
		allowed = true
		refuse(2) // a line for each: the handler does work
		time.Sleep(10 * refusalInterval)
		allowed = false
		refuse(1) // one line, which counts one

		var lines []string
		for _, entry := range f.entries(t, "call") {
			lines = append(lines, fmt.Sprintf("%v %v", entry["error"], entry["suppressed"]))
		}
		const busy, rate, own = "the server handles too many requests", "the server's request rate is exceeded", "own <nil>"
		want := []string{busy + " <nil>", busy + " 6", own, rate + " <nil>", own, own, rate + " 1"}
		if !slices.Equal(lines, want) {
			t.Errorf("the log has %q, want %q", lines, want)
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
