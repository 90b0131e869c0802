package grpcserver

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// recovery turns a handler's panic into INTERNAL. The caller learns nothing more; the log has the value and the stack.
type recovery struct {
	logger *slog.Logger
	panics prometheus.Counter
}

func (r recovery) unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (resp any, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = r.report(ctx, info.FullMethod, value)
		}
	}()
	return handler(ctx, req)
}

func (r recovery) stream(
	srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = r.report(stream.Context(), info.FullMethod, value)
		}
	}()
	return handler(srv, stream)
}

// report logs and counts a panic, and returns the error for the caller. It is called while the panic's stack stands.
func (r recovery) report(ctx context.Context, method string, value any) error {
	r.panics.Inc()
	r.logger.ErrorContext(ctx, "panic", "method", method, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	return status.Error(codes.Internal, "internal error")
}
