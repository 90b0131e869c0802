package grpcserver

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// WithStart has start run before the server reports SERVING. Until it has returned, calls get UNAVAILABLE. Its error ends the
// server; its context ends when the server is to stop. Options start in the order in which they are given.
func WithStart(name string, start func(context.Context) error) Option {
	return withHook(hook{name: name, stop: nothing, start: func(ctx context.Context) error { return within(ctx, start) }})
}

// WithStop has stop run after the last call. The handler of a call that was cut may still run. Options stop in the reverse order, and options after a failed
// start do not stop. The rest of GracefulTimeout bounds them, at least a twentieth of it; errors are logged.
func WithStop(name string, stop func(context.Context) error) Option {
	return withHook(hook{name: name, start: nothing, stop: func(ctx context.Context) error { return within(ctx, stop) }})
}

func withHook(h hook) Option { return func(e *extensions) { e.hooks = append(e.hooks, h) } }

// hook is what runs before the first call and after the last.
type hook struct {
	name        string
	start, stop func(context.Context) error
}

func nothing(context.Context) error { return nil }

// start starts the hooks in order, until one fails or ctx is done.
func (e *extensions) start(ctx context.Context) error {
	for i, h := range e.hooks {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := h.start(ctx); err != nil {
			return fmt.Errorf("start of %s: %w", h.name, err)
		}
		e.started = i + 1
	}
	close(e.open)
	return nil
}

// stop stops the hooks that have started, the last one first.
func (e *extensions) stop(ctx context.Context, logger *slog.Logger) {
	for _, h := range slices.Backward(e.hooks[:e.started]) {
		if err := h.stop(ctx); err != nil {
			logger.Error("the stop failed", "of", h.name, "error", err)
		}
	}
}

// within runs f, and waits for it no longer than until ctx is done.
func within(ctx context.Context, f func(context.Context) error) error {
	select {
	case err := <-running(ctx, f):
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// running runs f, and returns a channel that gets its error.
func running(ctx context.Context, f func(context.Context) error) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- recovered(ctx, f) }()
	return ended
}

// recovered runs f. A panic is an error.
func recovered(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return f(ctx)
}

// gate refuses calls until the hooks have started. Health checks pass it: a server that starts is alive.
func (e *extensions) gate() []grpc.ServerOption {
	if len(e.hooks) == 0 {
		return nil
	}
	refused := func() error {
		select {
		case <-e.open:
			return nil
		default:
			return status.Error(codes.Unavailable, "the server is starting")
		}
	}
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(unlessExempt(
			func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
				if err := refused(); err != nil {
					return nil, err
				}
				return handler(ctx, req)
			})),
		grpc.ChainStreamInterceptor(streamUnlessExempt(
			func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
				if err := refused(); err != nil {
					return err
				}
				return handler(srv, stream)
			})),
	}
}
