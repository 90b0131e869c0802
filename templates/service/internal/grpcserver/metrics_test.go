package grpcserver

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestEverySeriesStartsAtZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.Allow = func() bool { return true }
		f := start(t, cfg, probe{})
		var want []string
		for _, method := range []string{"Unary", "Stream"} {
			for _, code := range []codes.Code{codes.OK, codes.Internal, codes.Unauthenticated} {
				want = append(want, fmt.Sprintf("{grpc_code=%q,grpc_method=%q,grpc_service=%q,", code, method, "test.Probe"))
			}
		}
		want = append(want,
			"grpc_server_panics_total 0\n", "grpc_server_requests_in_flight 0\n", "grpc_server_requests_in_flight_max 100\n",
			"grpc_server_refused_total{limit=\"concurrency\"} 0\n", "grpc_server_refused_total{limit=\"rate\"} 0\n")
		wantMetrics(t, f, want...)
	})
}

func TestCallsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.MaxConcurrentRequests = 1
		work := make(chan struct{})
		f := start(t, cfg, probe{unary: func(context.Context) error { <-work; return nil }})
		answer := make(chan error)
		go func() { answer <- f.call(t.Context(), 0) }()
		synctest.Wait()
		wantCode(t, f.call(t.Context(), 0), codes.ResourceExhausted)
		wantMetrics(t, f, "grpc_server_requests_in_flight 1\n", "grpc_server_refused_total{limit=\"concurrency\"} 1\n")
		close(work)
		wantCode(t, <-answer, codes.OK)
		wantMetrics(t, f, "grpc_server_requests_in_flight 0\n",
			"grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Unary\",grpc_service=\"test.Probe\",grpc_type=\"unary\"} 1\n")
	})
}

// Methods that the server does not have are counted together, whatever their names.
func TestUnknownMethodsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{})
		for _, method := range []string{"/no.Such/Method", "/test.Probe/None"} {
			wantCode(t, f.conn.Invoke(t.Context(), method, &emptypb.Empty{}, &emptypb.Empty{}), codes.Unimplemented)
		}
		wantMetrics(t, f, "grpc_server_handled_total{grpc_code=\"Unimplemented\",grpc_method=\"unknown\","+
			"grpc_service=\"unknown\",grpc_type=\"unknown\"} 2\n")
		if _, body := f.get(t, "/metrics"); strings.Contains(body, "Such") {
			t.Error("a caller can choose the name of a series")
		}
	})
}

// wantMetrics wants /metrics to contain each of the texts.
func wantMetrics(t *testing.T, f *fixture, texts ...string) {
	t.Helper()
	_, body := f.get(t, "/metrics")
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("/metrics lacks %s", text)
		}
	}
}
