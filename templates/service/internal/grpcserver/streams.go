package grpcserver

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// streamEnder ends streams when the server stops: GracefulStop waits for each of them, and a stream may last forever.
type streamEnder struct {
	exempt chan struct{} // closed when the streams of health checking and reflection are to end
	all    chan struct{} // closed when every stream is to end
}

func newStreamEnder() *streamEnder {
	return &streamEnder{exempt: make(chan struct{}), all: make(chan struct{})}
}

// endExempt ends the streams of health checking and reflection. It can be called once.
func (e *streamEnder) endExempt() { close(e.exempt) }

// endAll ends the services' own streams. It can be called once.
func (e *streamEnder) endAll() { close(e.all) }

// intercept returns for a stream that is still open when it is to end, whatever its handler does. The client gets
// UNAVAILABLE, and grpc-go cancels the stream's context, which the handler sees.
func (e *streamEnder) intercept(
	srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	end := e.all
	if Exempt(info.FullMethod) {
		end = e.exempt
	}
	handled := make(chan error, 1)
	go func() { handled <- handler(srv, stream) }()
	select {
	case err := <-handled:
		return err
	case <-end:
		return status.Error(codes.Unavailable, "the server is stopping")
	}
}
