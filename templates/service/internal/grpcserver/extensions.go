package grpcserver

import (
	"fmt"
	"net/http"
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
	services services
	routes   []route
	checks   []string                      // the names of what the readiness depends on
	report   func(check string, err error) // nil without checks
	hooks    []hook
	started  int           // of hooks
	open     chan struct{} // closed when all have started
	failed   chan error    // gets the error of what ends the server
}

func newExtensions(opts []Option) *extensions {
	e := &extensions{open: make(chan struct{}), failed: make(chan error, 1)}
	for _, opt := range opts {
		opt(e)
	}
	return e
}

// WithUnaryInterceptors adds interceptors of unary calls. The first interceptor that is added is the outermost. They run within the
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
	return func(e *extensions) { register(&e.services) }
}

// WithAdminHandler adds a handler to the admin server, by a pattern of http.ServeMux.
func WithAdminHandler(pattern string, handler http.Handler) Option {
	return func(e *extensions) { e.routes = append(e.routes, route{pattern, handler}) }
}

// route is a handler of the admin server.
type route struct {
	pattern string
	handler http.Handler
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
	return grpc.NewServer(slices.Concat(e.grpc, own, e.gate(), interceptors, inner)...), nil
}

// services are the services that the owner adds. It is a grpc.ServiceRegistrar.
type services []service

type service struct {
	desc *grpc.ServiceDesc
	impl any
}

// RegisterService implements grpc.ServiceRegistrar.
func (s *services) RegisterService(desc *grpc.ServiceDesc, impl any) {
	*s = append(*s, service{desc, impl})
}

// describe returns the services that a server with own has then. A name that is taken is an error here, because grpc would
// end the process.
func (s *services) describe(own []*grpc.ServiceDesc) ([]*grpc.ServiceDesc, error) {
	all := slices.Clone(own)
	for _, added := range *s {
		name := added.desc.ServiceName
		taken := slices.ContainsFunc(all, func(desc *grpc.ServiceDesc) bool { return desc.ServiceName == name })
		if taken || Exempt("/"+name) {
			return nil, fmt.Errorf("WithRegistration: the server has %s already, register another service", name)
		}
		all = append(all, added.desc)
	}
	return all, nil
}

func (s *services) register(registrar grpc.ServiceRegistrar) {
	for _, added := range *s {
		registrar.RegisterService(added.desc, added.impl)
	}
}
