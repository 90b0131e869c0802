package rpcmetrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// probe is a service with a method of each kind.
var probe = &grpc.ServiceDesc{
	ServiceName: "test.Probe",
	Methods:     []grpc.MethodDesc{{MethodName: "Unary"}},
	Streams: []grpc.StreamDesc{
		{StreamName: "Up", ClientStreams: true},
		{StreamName: "Down", ServerStreams: true},
		{StreamName: "Both", ClientStreams: true, ServerStreams: true},
	},
}

// The number of series is known beforehand, whoever calls whatever.
func TestSeriesAreBounded(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := NewServer(registry, Options{}, probe)
	if err != nil {
		t.Fatal(err)
	}
	methods := len(probe.Methods) + len(probe.Streams) + 1                        // and the unknown one
	bound := methods*(1+codeCount+2*(len(Options{}.buckets())+3)) + 2*(methods-1) // buckets have +Inf, a sum and a count next to them
	atFirst := series(t, registry)
	refuse := func(context.Context, any) (any, error) { return nil, status.Error(codes.Code(99), "") }
	for i := range 100_000 {
		from := &net.TCPAddr{IP: net.IPv4(10, byte(i>>16), byte(i>>8), byte(i)), Port: i % 65536}
		info := &grpc.UnaryServerInfo{FullMethod: fmt.Sprintf("/no.Such%d/Method%d", i/10, i)}
		_, _ = m.UnaryServer(peer.NewContext(t.Context(), &peer.Peer{Addr: from}), nil, info, refuse)
	}
	t.Logf("%d series after 100,000 peers called 100,000 unknown methods; the bound for %d methods is %d", series(t, registry), methods, bound)
	if got := series(t, registry); got != atFirst || got > bound {
		t.Errorf("there are %d series, want the %d of the start, and no more than %d", got, atFirst, bound)
	}
	if got := testutil.ToFloat64(m.unknown.handled[codes.Unknown]); got != 100_000 {
		t.Errorf("%v calls are counted as unknown", got)
	}
}

func TestOutcomeSaysWhoIsAtFault(t *testing.T) {
	for code, want := range map[codes.Code]bool{
		codes.OK: false, codes.Canceled: false, codes.InvalidArgument: false, codes.NotFound: false,
		codes.AlreadyExists: false, codes.PermissionDenied: false, codes.FailedPrecondition: false, codes.Aborted: false,
		codes.OutOfRange: false, codes.Unimplemented: false, codes.Unauthenticated: false,
		codes.Unknown: true, codes.DeadlineExceeded: true, codes.ResourceExhausted: true, codes.Internal: true,
		codes.Unavailable: true, codes.DataLoss: true,
	} {
		if got := failed(code); got != want {
			t.Errorf("a call that ends with %v is the service's fault: %v, want %v", code, got, want)
		}
	}
}

func TestErrorsWithoutStatusHaveACode(t *testing.T) {
	for want, err := range map[codes.Code]error{
		codes.OK:               nil,
		codes.Canceled:         context.Canceled,
		codes.DeadlineExceeded: context.DeadlineExceeded,
		codes.Unknown:          errors.New("no status"),
		codes.NotFound:         fmt.Errorf("wrapped: %w", status.Error(codes.NotFound, "")),
	} {
		if got := codeOf(err); got != want {
			t.Errorf("the code of %v is %v, want %v", err, got, want)
		}
	}
}

// A bucket ends at the latency objective, and no two at the same duration.
func TestBuckets(t *testing.T) {
	for objective, want := range map[time.Duration][]float64{
		0:                      {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10},
		300 * time.Millisecond: {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.3, 0.5, 0.6, 1, 2.5, 5, 10},
		50 * time.Millisecond:  {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10},
		20 * time.Second:       {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40},
	} {
		if got := (Options{Objective: objective}).buckets(); !slices.Equal(got, want) {
			t.Errorf("with an objective of %v, the buckets are %v, want %v", objective, got, want)
		}
	}
}

// A duration has an exemplar where the call has labels for one.
func TestExemplarsLeadToTraces(t *testing.T) {
	var labels prometheus.Labels
	for _, test := range []struct {
		exemplar func(context.Context) prometheus.Labels
		labels   prometheus.Labels
		want     int
	}{
		{exemplar: nil},
		{exemplar: func(context.Context) prometheus.Labels { return labels }},
		{exemplar: func(context.Context) prometheus.Labels { return labels }, labels: prometheus.Labels{"trace_id": "1"}, want: 1},
	} {
		labels = test.labels
		registry := prometheus.NewRegistry()
		m, err := NewServer(registry, Options{Exemplar: test.exemplar}, probe)
		if err != nil {
			t.Fatal(err)
		}
		handle := func(context.Context, any) (any, error) { return nil, nil }
		_, _ = m.UnaryServer(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: "/test.Probe/Unary"}, handle)
		wantObserved(t, registry, "Unary", map[string]uint64{"ok": 1, "error": 0})
		if got := exemplars(t, registry); got != test.want {
			t.Errorf("there are %d exemplars, want %d", got, test.want)
		}
	}
}

// exemplars is the number of buckets that have an exemplar.
func exemplars(t *testing.T, registry *prometheus.Registry) int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			for _, bucket := range metric.GetHistogram().GetBucket() {
				if bucket.GetExemplar() != nil {
					count++
				}
			}
		}
	}
	return count
}

// series is the number of series that a scrape in text has.
func series(t *testing.T, registry *prometheus.Registry) int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			count++
			if histogram := metric.GetHistogram(); histogram != nil {
				count += len(histogram.GetBucket()) + 2 // +Inf, and the sum and the count for the one counted already
			}
		}
	}
	return count
}
