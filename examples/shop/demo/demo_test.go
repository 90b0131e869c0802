package main

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
)

// TestDemo runs the play and holds the shop to what it promises: whoever was told that their order is taken has it paid,
// and hears of both once, whatever was killed meanwhile.
func TestDemo(t *testing.T) {
	spans := collect(t)
	tally, err := play(t.Context(), t.Output(), options{rate: 40, phase: 3 * time.Second, trace: spans.address})
	if err != nil {
		t.Fatal(err)
	}
	if tally.Placed < 300 {
		t.Errorf("%d orders were placed: want most of some 900", tally.Placed)
	}
	if tally.Refused == 0 {
		t.Error("no order was refused while payments was dead")
	}
	want := tally
	want.Paid, want.ToldPlaced, want.ToldPaid, want.ToldTwice, want.DeadLetters = tally.Placed, tally.Placed, tally.Placed, 0, 1
	if tally != want {
		t.Errorf("got\n%v\nwant\n%v", tally, want)
	}
	if most := spans.mostServices(); most != len(names) {
		t.Errorf("no trace has spans of all %d services, but of %d at most", len(names), most)
	}
}

// spans is a collector that remembers which services each trace went through.
type spans struct {
	collector.UnimplementedTraceServiceServer

	address string

	mu       sync.Mutex
	services map[string]map[string]bool // by trace
}

func collect(t *testing.T) *spans {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &spans{address: listener.Addr().String(), services: map[string]map[string]bool{}}
	server := grpc.NewServer()
	collector.RegisterTraceServiceServer(server, s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return s
}

// Export takes spans.
func (s *spans) Export(_ context.Context, req *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range req.GetResourceSpans() {
		service := ""
		for _, attribute := range resource.GetResource().GetAttributes() {
			if attribute.GetKey() == "service.name" {
				service = attribute.GetValue().GetStringValue()
			}
		}
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				trace := string(span.GetTraceId())
				if s.services[trace] == nil {
					s.services[trace] = map[string]bool{}
				}
				s.services[trace][service] = true
			}
		}
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

// mostServices is how many services the longest trace went through.
func (s *spans) mostServices() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := 0
	for _, services := range s.services {
		most = max(most, len(services))
	}
	return most
}
