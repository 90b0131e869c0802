package events

import (
	"context"
	"encoding/hex"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
)

// collector takes spans by OTLP over gRPC.
type collector struct {
	collectorpb.UnimplementedTraceServiceServer

	address string

	mu    sync.Mutex
	spans map[string]span // by id
}

type span struct{ trace, parent, name string }

func newCollector(t *testing.T) *collector {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := &collector{address: listener.Addr().String(), spans: map[string]span{}}
	server := grpc.NewServer()
	collectorpb.RegisterTraceServiceServer(server, c)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return c
}

// Export takes spans.
func (c *collector) Export(_ context.Context, req *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range req.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				c.spans[hex.EncodeToString(s.GetSpanId())] = span{
					hex.EncodeToString(s.GetTraceId()), hex.EncodeToString(s.GetParentSpanId()), s.GetName(),
				}
			}
		}
	}
	return &collectorpb.ExportTraceServiceResponse{}, nil
}

// joined reports whether some span of that name has ancestors of the names that follow, all of one trace.
func (c *collector) joined(name string, ancestors ...string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if s.name == name && c.descends(s, ancestors) {
			return true
		}
	}
	return false
}

func (c *collector) descends(s span, ancestors []string) bool {
	for _, name := range ancestors {
		parent, ok := c.spans[s.parent]
		if !ok || parent.name != name || parent.trace != s.trace {
			return false
		}
		s = parent
	}
	return true
}
