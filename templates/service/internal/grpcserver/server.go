// Package grpcserver runs a gRPC server and its admin server: it starts them, keeps every call within the limits
// of its configuration, and stops them in an order that loses no call.
package grpcserver

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"

	"github.com/msgen/msgen/templates/service/internal/rpcmetrics"
)

// Config is what a server is made of. Every field is required unless its comment says otherwise.
type Config struct {
	GRPCAddress  string // host:port of the gRPC server; an empty host means every interface
	HTTPAddress  string // host:port of HTTP; not used without it
	AdminAddress string // host:port of /metrics, /healthz, /readyz and /loglevel
	PprofAddress string // host:port of net/http/pprof; empty turns it off

	Settings
	Allow       func() bool // reports whether the rate of unary requests has room for one more; may be nil
	MemoryLimit int64       // bytes that the process may use; 0: no limit is known

	Logger  *slog.Logger         // gets a line for each call too
	Level   *slog.LevelVar       // of Logger
	Metrics *prometheus.Registry // gets the metrics of the server; /metrics shows it
	Calls   rpcmetrics.Options   // how calls are measured; may be empty

	Services []*grpc.ServiceDesc                   // what Register adds
	Register func(grpc.ServiceRegistrar) error     // adds the services to the server
	Options  []grpc.ServerOption                   // further ones; their interceptors see a call first; may be nil
	Inner    []grpc.ServerOption                   // further ones; their interceptors see a call last, just before its handler; may be nil
	HTTP     func(dial Dial) (*http.Server, error) // makes a server in front of this one; may be nil

	Registrar  Registrar                                        // may be nil: this instance is not registered
	Advertised func(bound net.Addr) (address string, err error) // the host:port by which callers reach bound; with Registrar alone
	Consumer   Consumer                                         // may be nil: no events are handled
	Flush      func(context.Context) error                      // sends what waits to be sent of traces; may be nil
}

// Dial connects to the gRPC server of this process, once it serves.
type Dial func(context.Context) (net.Conn, error)

// Registrar keeps this instance registered from Start to Stop, which waits for no registry for longer than two seconds.
type Registrar interface {
	Start(address string)
	Stop()
}

// Consumer handles events from Start to Stop, which lasts no longer than it is given.
type Consumer interface {
	Start()
	Stop(within time.Duration)
}

// Server is a gRPC server and its admin server. New makes it.
type Server struct {
	cfg      Config
	added    *extensions
	grpc     *grpc.Server
	health   *healthService
	streams  *streamEnder
	http     *http.Server // nil: there is none
	dialGRPC Dial         // nil until it serves
	admin    *http.Server
	pprof    *http.Server
}

// New returns a server that hosts the services and is not yet running.
func New(cfg Config, opts ...Option) (*Server, error) {
	added := newExtensions(opts)
	var err error
	if cfg.Services, err = added.services.describe(cfg.Services); err != nil {
		return nil, err
	}
	slots := make(chan struct{}, cfg.MaxConcurrentRequests)
	metrics, err := newMetrics(cfg, slots)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, added: added, streams: newStreamEnder(), pprof: newPprof()}
	s.grpc, err = added.newGRPC(slices.Concat(cfg.Options, options(cfg, metrics, slots, s.streams)), cfg.Inner)
	if err != nil {
		return nil, err
	}
	if err := cfg.Register(s.grpc); err != nil {
		return nil, err
	}
	added.services.register(s.grpc)
	if cfg.HTTP != nil {
		s.http, err = cfg.HTTP(func(ctx context.Context) (net.Conn, error) { return s.dialGRPC(ctx) })
		if err != nil {
			return nil, err
		}
	}
	s.health = registerHealth(s.grpc)
	reflection.Register(s.grpc)
	if err := added.reportTo(cfg.Logger, s.health, cfg.Metrics); err != nil {
		return nil, err
	}
	if s.admin, err = newAdmin(cfg, s.health, added); err != nil {
		return nil, err
	}
	return s, nil
}

// Run serves until ctx is done and then stops gracefully. That takes at most DrainDelay, GracefulTimeout, and one second for
// the admin server; two more with a Registrar, and one more with Flush. It returns nil after such a stop, and an error when
// it cannot listen or when a server fails. It runs once, and sets when the garbage collector of the process runs.
func (s *Server) Run(ctx context.Context) error {
	l, err := listen(ctx, s.cfg)
	if err != nil {
		return err
	}
	tuneGC(s.cfg.MemoryLimit)
	return s.Serve(ctx, l)
}

// Serve is Run at ports that are open already. It closes them.
func (s *Server) Serve(ctx context.Context, l Listeners) error {
	advertised, err := s.advertised(l)
	if err != nil {
		l.close()
		return err
	}
	failed := make(chan error, 4) // has room for every server below, so that none of them waits to report its end
	serving := []any{"grpc", l.GRPC.Addr().String()}
	go func() { failed <- s.grpc.Serve(l.GRPC) }()
	go func() { failed <- s.admin.Serve(l.Admin) }()
	if l.Pprof != nil {
		go func() { failed <- s.pprof.Serve(l.Pprof) }()
	}
	if s.http != nil {
		s.dialGRPC = l.dialGRPC
		serving = append(serving, "http", l.HTTP.Addr().String())
		go func() { failed <- s.http.Serve(l.HTTP) }()
	}
	if err := s.open(ctx, failed); err != nil || ctx.Err() != nil {
		s.finish(s.stopGRPC())
		return err
	}
	s.health.setReady(true)
	s.cfg.Logger.Info("serving", append(serving, "admin", l.Admin.Addr().String())...)
	if s.cfg.Registrar != nil {
		s.cfg.Registrar.Start(advertised)
	}
	if s.cfg.Consumer != nil {
		s.cfg.Consumer.Start()
	}

	select {
	case <-ctx.Done():
	case err = <-failed:
	case err = <-s.added.failed:
	}
	s.stop()
	select {
	case late := <-s.added.failed: // while it stopped
		err = cmp.Or(err, late)
	default:
	}
	return err
}

// open runs what the owner has before the first call. It ends early when ctx is done, without an error, or when something fails.
func (s *Server) open(ctx context.Context, failed <-chan error) (err error) {
	starting, cancel := context.WithCancel(ctx)
	defer cancel()
	var notStarted error
	started := make(chan struct{})
	go func() {
		defer close(started)
		notStarted = s.added.start(starting)
	}()
	select {
	case <-started:
		if ctx.Err() != nil {
			return nil // a stop is not an error
		}
		return notStarted
	case err = <-failed:
	case err = <-s.added.failed:
	}
	cancel()
	<-started
	return err
}

// advertised is the host:port by which callers reach this process; empty without a Registrar.
func (s *Server) advertised(l Listeners) (string, error) {
	if s.cfg.Registrar == nil {
		return "", nil
	}
	return s.cfg.Advertised(l.GRPC.Addr())
}
