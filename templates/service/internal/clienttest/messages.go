package clienttest

import (
	"context"
	"math"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Messages is what a policy promises of the messages between a client and its service.
type Messages struct {
	ResponseBytes int    // that a response may have
	Compression   string // of requests; empty: none
}

const (
	maxTried = 16 << 20 // the largest message of a test, which holds several copies of it
	overhead = 8        // the most that a BytesValue has around its bytes
)

// Prove fails the test unless the client sends requests as promised, and receives what its service may send.
func (m Messages) Prove(t *testing.T, connect Connect) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		compression := compressions(make(chan string, 1))
		instances := map[string]*Instance{"one:8080": NewInstance(t, grpc.MaxRecvMsgSize(math.MaxInt32), grpc.StatsHandler(compression))}
		conn := connect(t, []string{"one:8080"}, Dial(instances))
		request := wrapperspb.Bytes(make([]byte, max(0, min(m.ResponseBytes, maxTried)-overhead)))
		if err := conn.Invoke(t.Context(), "/test.Probe/Call", request, &emptypb.Empty{}); err != nil {
			t.Fatal(err)
		}
		if got := <-compression; got != m.Compression {
			t.Errorf("the request is compressed by %q, want %q", got, m.Compression)
		}
	})
}

// compressions takes how the request of each call is compressed.
type compressions chan string

// HandleRPC implements stats.Handler.
func (c compressions) HandleRPC(_ context.Context, event stats.RPCStats) {
	if header, ok := event.(*stats.InHeader); ok && header.FullMethod == "/test.Probe/Call" {
		c <- header.Compression
	}
}

// TagRPC implements stats.Handler.
func (compressions) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// TagConn implements stats.Handler.
func (compressions) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (compressions) HandleConn(context.Context, stats.ConnStats) {}
