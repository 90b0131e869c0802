package grpcserver

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
)

// deprecation counts the calls of deprecated methods, and logs the first call of each.
type deprecation struct {
	methods []string // full names
	logger  *slog.Logger
	calls   *prometheus.CounterVec
	logged  sync.Map // methods
}

// ReportDeprecated returns options for a server that counts the calls of methods, which are full names, and logs the first
// call of each.
func ReportDeprecated(methods []string, logger *slog.Logger, registerer prometheus.Registerer) ([]grpc.ServerOption, error) {
	d := &deprecation{methods: methods, logger: logger, calls: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "grpc_server_deprecated_calls_total",
		Help: "Total number of calls to RPCs that are deprecated.",
	}, []string{"grpc_service", "grpc_method"})}
	options := []grpc.ServerOption{grpc.ChainUnaryInterceptor(d.unary), grpc.ChainStreamInterceptor(d.stream)}
	return options, registerer.Register(d.calls)
}

func (d *deprecation) unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	d.note(ctx, info.FullMethod)
	return handler(ctx, req)
}

func (d *deprecation) stream(
	srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	d.note(stream.Context(), info.FullMethod)
	return handler(srv, stream)
}

func (d *deprecation) note(ctx context.Context, method string) {
	if !slices.Contains(d.methods, method) {
		return
	}
	service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	d.calls.WithLabelValues(service, name).Inc()
	if _, logged := d.logged.LoadOrStore(method, true); logged {
		return
	}
	caller := "unknown"
	if p, ok := peer.FromContext(ctx); ok {
		caller = p.Addr.String()
	}
	d.logger.WarnContext(ctx, "deprecated RPC called", "method", method, "peer", caller)
}
