package rpcmetrics

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestClientCountsCalls(t *testing.T) {
	m, err := NewClient(nil, "orders", Options{}, probe)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range []error{nil, status.Error(codes.Unavailable, "")} {
		invoke := func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error { return result }
		_ = m.UnaryClient(t.Context(), "/test.Probe/Unary", nil, nil, nil, invoke)
	}
	rpc := m.find("/test.Probe/Unary")
	wantValue(t, rpc.started, 2)
	wantValue(t, rpc.handled[codes.OK], 1)
	wantValue(t, rpc.handled[codes.Unavailable], 1)
}

// A stream counts once, whether it ends, does not open, or both are told.
func TestClientCountsStreamsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := NewClient(nil, "orders", Options{}, probe)
		if err != nil {
			t.Fatal(err)
		}
		refused := status.Error(codes.Unavailable, "")
		for _, open := range []func(finish func(error)) error{
			func(finish func(error)) error { finish(nil); return nil },
			func(func(error)) error { return refused },
			func(finish func(error)) error { finish(refused); return refused },
		} {
			streamer := func(
				_ context.Context, _ *grpc.StreamDesc, _ *grpc.ClientConn, _ string, options ...grpc.CallOption,
			) (grpc.ClientStream, error) {
				return nil, open(options[0].(grpc.OnFinishCallOption).OnFinish)
			}
			_, _ = m.StreamClient(t.Context(), nil, nil, "/test.Probe/Down", streamer)
		}
		rpc := m.find("/test.Probe/Down")
		wantValue(t, rpc.started, 3)
		wantValue(t, rpc.handled[codes.OK], 1)
		wantValue(t, rpc.handled[codes.Unavailable], 2)
	})
}

func TestClientsShareMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	var all [3]*Metrics
	for i, target := range []string{"orders", "orders", "inventory"} {
		var err error
		if all[i], err = NewClient(registry, target, Options{}, probe); err != nil {
			t.Fatal(err)
		}
	}
	if all[0] != all[1] || all[0] == all[2] {
		t.Error("clients of one service have the same metrics, and others their own")
	}
}
