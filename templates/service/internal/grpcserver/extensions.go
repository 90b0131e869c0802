package grpcserver

import (
	"errors"
	"fmt"
	"slices"

	"google.golang.org/grpc"
)

// Option adds something of the owner's to a server.
type Option func(*extensions)

// extensions are what the options add.
type extensions struct {
	unary    []grpc.UnaryServerInterceptor
	stream   []grpc.StreamServerInterceptor
	grpc     []grpc.ServerOption
	services []func(grpc.ServiceRegistrar)
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

// WithGRPCOptions adds options of grpc. The server's own come after them and win. Interceptors among them see a call before the
// server does, health checks too.
func WithGRPCOptions(options ...grpc.ServerOption) Option {
	return func(e *extensions) { e.grpc = append(e.grpc, options...) }
}

// WithRegistration has register add services to the server. The health service knows each by its name.
func WithRegistration(register func(grpc.ServiceRegistrar)) Option {
	return func(e *extensions) { e.services = append(e.services, register) }
}

// newGRPC returns a gRPC server with the options of its owner around own, and with inner just before the handlers. Grpc panics
// when an option that can be set only once is set twice.
func (e *extensions) newGRPC(own, inner []grpc.ServerOption) (server *grpc.Server, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("WithGRPCOptions: an option is set twice: %v", value)
		}
	}()
	interceptors := []grpc.ServerOption{grpc.ChainUnaryInterceptor(e.unary...), grpc.ChainStreamInterceptor(e.stream...)}
	return grpc.NewServer(slices.Concat(e.grpc, own, interceptors, inner)...), nil
}

// register adds the owner's services to a server that has its own.
func (e *extensions) register(server *grpc.Server) error {
	r := &registrar{Server: server}
	for _, register := range e.services {
		register(r)
	}
	return r.err
}

// registrar refuses services that the server has: grpc would end the process.
type registrar struct {
	*grpc.Server

	err error
}

// RegisterService implements grpc.ServiceRegistrar.
func (r *registrar) RegisterService(desc *grpc.ServiceDesc, impl any) {
	if _, taken := r.GetServiceInfo()[desc.ServiceName]; taken || Exempt("/"+desc.ServiceName) {
		r.err = errors.Join(r.err, fmt.Errorf("WithRegistration: the server has %s already, register another service", desc.ServiceName))
		return
	}
	r.Server.RegisterService(desc, impl)
}
