package grpcserver

import "google.golang.org/grpc"

// Option adds something of the owner's to a server.
type Option func(*extensions)

// extensions are what the options add.
type extensions struct {
	grpc   []grpc.ServerOption
	unary  []grpc.UnaryServerInterceptor
	stream []grpc.StreamServerInterceptor
}

func newExtensions(opts []Option) *extensions {
	e := &extensions{}
	for _, opt := range opts {
		opt(e)
	}
	return e
}

// WithUnaryInterceptors adds interceptors of unary calls. The first one that is added is the outermost. They run within the
// server's recovery, limits, log, metrics and deadline. Health checks and reflection do not pass them.
func WithUnaryInterceptors(interceptors ...grpc.UnaryServerInterceptor) Option {
	return func(e *extensions) {
		for _, intercept := range interceptors {
			e.unary = append(e.unary, unlessExempt(intercept))
		}
	}
}

// WithStreamInterceptors is WithUnaryInterceptors for streams.
func WithStreamInterceptors(interceptors ...grpc.StreamServerInterceptor) Option {
	return func(e *extensions) {
		for _, intercept := range interceptors {
			e.stream = append(e.stream, streamUnlessExempt(intercept))
		}
	}
}

// interceptors are the options that add the owner's interceptors to a gRPC server.
func (e *extensions) interceptors() []grpc.ServerOption {
	return []grpc.ServerOption{grpc.ChainUnaryInterceptor(e.unary...), grpc.ChainStreamInterceptor(e.stream...)}
}
