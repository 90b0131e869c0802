package observe

import (
	"context"
	"encoding/hex"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// otlp is a collector that takes OTLP over gRPC.
type otlp struct {
	collectorpb.UnimplementedTraceServiceServer

	receiver
}

// listenOTLP starts a collector and returns its address.
func listenOTLP(t *testing.T) (string, *receiver) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	collector, server := &otlp{}, grpc.NewServer()
	collectorpb.RegisterTraceServiceServer(server, collector)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String(), &collector.receiver
}

// Export takes spans.
func (o *otlp) Export(_ context.Context, req *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	for _, resource := range req.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				o.keep(ofOTLP(s))
			}
		}
	}
	return &collectorpb.ExportTraceServiceResponse{}, nil
}

func ofOTLP(s *tracepb.Span) span {
	return span{
		trace:  hex.EncodeToString(s.GetTraceId()),
		id:     hex.EncodeToString(s.GetSpanId()),
		parent: hex.EncodeToString(s.GetParentSpanId()),
		kind:   strings.TrimPrefix(s.GetKind().String(), "SPAN_KIND_"),
		name:   s.GetName(),
	}
}
