package rpcmetrics

import (
	"context"
	"maps"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestServerCountsCalls(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := NewServer(registry, Options{}, probe)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range []error{nil, nil, status.Error(codes.NotFound, ""), status.Error(codes.Internal, "")} {
		handle := func(context.Context, any) (any, error) { return nil, result }
		_, _ = m.UnaryServer(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: "/test.Probe/Unary"}, handle)
	}
	rpc := m.find("/test.Probe/Unary")
	wantValue(t, rpc.started, 4)
	wantValue(t, rpc.handled[codes.OK], 2)
	wantValue(t, rpc.handled[codes.NotFound], 1)
	wantValue(t, rpc.handled[codes.Internal], 1)
	wantObserved(t, registry, "Unary", map[string]uint64{"ok": 3, "error": 1})
}

func TestServerCountsMessages(t *testing.T) {
	m, err := NewServer(prometheus.NewRegistry(), Options{}, probe)
	if err != nil {
		t.Fatal(err)
	}
	stream := &fakeStream{context: t.Context, messages: 3}
	err = m.StreamServer(nil, stream, &grpc.StreamServerInfo{FullMethod: "/test.Probe/Both"}, func(_ any, stream grpc.ServerStream) error {
		for stream.RecvMsg(nil) == nil {
			_ = stream.SendMsg(nil)
		}
		return stream.SendMsg(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	rpc := m.find("/test.Probe/Both")
	wantValue(t, rpc.received, 3)
	wantValue(t, rpc.sent, 4)
	wantValue(t, rpc.handled[codes.OK], 1)
}

// fakeStream has so many messages to receive.
type fakeStream struct {
	grpc.ServerStream

	context  func() context.Context
	messages int
}

func (s *fakeStream) Context() context.Context { return s.context() }

func (s *fakeStream) SendMsg(any) error { return nil }

func (s *fakeStream) RecvMsg(any) error {
	if s.messages == 0 {
		return status.Error(codes.Canceled, "")
	}
	s.messages--
	return nil
}

func wantValue(t *testing.T, counter prometheus.Counter, want float64) {
	t.Helper()
	if got := testutil.ToFloat64(counter); got != want {
		t.Errorf("%v is %v, want %v", counter.Desc(), got, want)
	}
}

// wantObserved wants a method to have so many durations of each outcome.
func wantObserved(t *testing.T, registry *prometheus.Registry, method string, want map[string]uint64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, label := range metric.GetLabel() {
				labels[label.GetName()] = label.GetValue()
			}
			if metric.GetHistogram() != nil && labels["grpc_method"] == method {
				got[labels["outcome"]] = metric.GetHistogram().GetSampleCount()
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("durations of %s are observed %v times, want %v", method, got, want)
	}
}
