package rpcmetrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
)

// NewClient returns the metrics of the clients of target, a name that becomes a label, which hosts the services. They
// are registered on registerer, where they are shared when it has them already; it may be nil.
func NewClient(
	registerer prometheus.Registerer, target string, options Options, services ...*grpc.ServiceDesc,
) (*Metrics, error) {
	m := newMetrics("grpc_client", prometheus.Labels{"grpc_target": target}, options, services)
	return Register(registerer, m)
}

// UnaryClient is the interceptor that counts unary calls as the caller sees them. It belongs outside those that repeat
// a call.
func (m *Metrics) UnaryClient(
	ctx context.Context, fullMethod string, req, reply any, conn *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	rpc, start := m.find(fullMethod), time.Now()
	rpc.started.Inc()
	err := invoke(ctx, fullMethod, req, reply, conn, options...)
	m.end(ctx, rpc, start, err)
	return err
}

// StreamClient is the interceptor that counts streams, from their opening to their end, and their messages.
func (m *Metrics) StreamClient(
	ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, fullMethod string,
	open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	rpc, start := m.find(fullMethod), time.Now()
	rpc.started.Inc()
	var once sync.Once
	end := func(err error) { once.Do(func() { m.end(ctx, rpc, start, err) }) }
	stream, err := open(ctx, desc, conn, fullMethod, append(options, grpc.OnFinish(end))...)
	if err != nil {
		end(err) // an interceptor may have refused it, of which grpc-go knows nothing
		return nil, err
	}
	return &clientStream{stream, rpc}, nil
}

// clientStream counts messages.
type clientStream struct {
	grpc.ClientStream

	rpc *method
}

// RecvMsg implements grpc.ClientStream.
func (s *clientStream) RecvMsg(msg any) error {
	err := s.ClientStream.RecvMsg(msg)
	if err == nil {
		s.rpc.received.Inc()
	}
	return err
}

// SendMsg implements grpc.ClientStream.
func (s *clientStream) SendMsg(msg any) error {
	err := s.ClientStream.SendMsg(msg)
	if err == nil {
		s.rpc.sent.Inc()
	}
	return err
}
