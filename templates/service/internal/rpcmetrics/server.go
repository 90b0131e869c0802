package rpcmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
)

// NewServer returns the metrics of a server that hosts the services, registered on registerer.
func NewServer(registerer prometheus.Registerer, options Options, services ...*grpc.ServiceDesc) (*Metrics, error) {
	m := newMetrics("grpc_server", nil, options, services)
	if err := registerer.Register(m); err != nil {
		return nil, err
	}
	return m, nil
}

// UnaryServer is the interceptor that counts unary calls. It belongs outside those that can refuse a call.
func (m *Metrics) UnaryServer(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	rpc, start := m.find(info.FullMethod), time.Now()
	rpc.started.Inc()
	resp, err := handler(ctx, req)
	m.end(ctx, rpc, start, err)
	return resp, err
}

// StreamServer is the interceptor that counts streams and their messages.
func (m *Metrics) StreamServer(
	srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	rpc, start := m.find(info.FullMethod), time.Now()
	rpc.started.Inc()
	err := handler(srv, &serverStream{stream, rpc})
	m.end(stream.Context(), rpc, start, err)
	return err
}

// serverStream counts messages.
type serverStream struct {
	grpc.ServerStream

	rpc *method
}

// RecvMsg implements grpc.ServerStream.
func (s *serverStream) RecvMsg(msg any) error {
	err := s.ServerStream.RecvMsg(msg)
	if err == nil {
		s.rpc.received.Inc()
	}
	return err
}

// SendMsg implements grpc.ServerStream.
func (s *serverStream) SendMsg(msg any) error {
	err := s.ServerStream.SendMsg(msg)
	if err == nil {
		s.rpc.sent.Inc()
	}
	return err
}
