package grpcserver

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// requestLog logs each call when it ends, without its messages and metadata. It samples refused calls: a flood of them must
// not become a flood of lines.
type requestLog struct {
	logger   *slog.Logger
	refusals *refusals
}

func (l requestLog) unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	start := time.Now()
	resp, err := handler(ctx, req)
	l.write(ctx, info.FullMethod, start, err)
	return resp, err
}

func (l requestLog) stream(
	srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	start := time.Now()
	err := handler(srv, stream)
	l.write(stream.Context(), info.FullMethod, start, err)
	return err
}

func (l requestLog) write(ctx context.Context, method string, start time.Time, err error) {
	result := statusOf(err)
	level := levelOf(method, result.Code())
	if !l.logger.Enabled(ctx, level) {
		return
	}
	now := time.Now()
	var suppressed int
	if refused, ok := errors.AsType[refusal](err); ok {
		var sampled bool
		if suppressed, sampled = l.refusals.sample(refusalKind{method, refused.limit}, now); !sampled {
			return
		}
	}
	entry := slog.NewRecord(now, level, "call", 0) // by no program counter: it would be this one
	entry.AddAttrs(
		slog.String("method", method),
		slog.String("code", result.Code().String()),
		slog.Int64("duration_us", now.Sub(start).Microseconds()),
	)
	if caller, ok := peer.FromContext(ctx); ok {
		entry.AddAttrs(slog.String("peer", caller.Addr.String()))
	}
	if result.Code() != codes.OK {
		entry.AddAttrs(slog.String("error", result.Message()))
	}
	if suppressed > 0 {
		entry.AddAttrs(slog.Int("suppressed", suppressed))
	}
	_ = l.logger.Handler().Handle(ctx, entry) // as slog.Logger has it
}

// statusOf is the status that grpc-go sends for a handler's error.
func statusOf(err error) *status.Status {
	if result, ok := status.FromError(err); ok {
		return result
	}
	return status.FromContextError(err)
}

// levelOf is the level at which the end of a call is logged: Error for a fault of the service, Warn for a call that
// found no room, time or handler, Info for the rest, what the caller did wrong included. Health checks and reflection
// are of interest only to who asks for Debug.
func levelOf(method string, code codes.Code) slog.Level {
	if Exempt(method) {
		return slog.LevelDebug
	}
	switch code {
	case codes.Unknown, codes.Internal, codes.DataLoss:
		return slog.LevelError
	case codes.DeadlineExceeded, codes.ResourceExhausted, codes.Unavailable, codes.Unimplemented:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}
