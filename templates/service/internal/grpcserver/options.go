package grpcserver

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// minPingInterval is how often a client may ping. Clients of this service ping every 30 seconds; grpc-go's default of
// five minutes would end their connections with GOAWAY too_many_pings.
const minPingInterval = 15 * time.Second

// handlerGoroutines are kept for handlers, so that the stack of each need not grow again for every call. A call that
// finds none of them free gets a goroutine of its own. grpc-go calls NumStreamWorkers experimental; without it the server
// takes 31.2 µs of CPU for a call instead of 30.1, which msgen's bench/throughput has measured with grpc-go 1.85.
const handlerGoroutines = 32

// options returns the options of the gRPC server. Interceptors come outermost first.
func options(cfg Config, metrics *metrics, slots chan struct{}, streams *streamEnder) []grpc.ServerOption {
	requests := requestLog{cfg.Logger}
	panics := recovery{cfg.Logger, metrics.panics}
	limits := limits{slots: slots, allow: cfg.Allow, timeout: cfg.RequestTimeout, refused: metrics.refused}
	return []grpc.ServerOption{
		grpc.NumStreamWorkers(handlerGoroutines),
		grpc.UnknownServiceHandler(unknownMethod),
		grpc.MaxRecvMsgSize(cfg.MaxRequestBytes),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime:             minPingInterval,
			PermitWithoutStream: true,
		}),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge:      cfg.MaxConnectionAge,
			MaxConnectionAgeGrace: cfg.MaxConnectionAgeGrace,
		}),
		grpc.ChainUnaryInterceptor(
			unlessExempt(metrics.calls.UnaryServer),
			requests.unary,
			panics.unary,
			unlessExempt(limits.unary),
		),
		grpc.ChainStreamInterceptor(
			streamUnlessExempt(metrics.calls.StreamServer),
			requests.stream,
			streams.intercept,
			panics.stream, // inside streams.intercept, which runs the handler in a goroutine of its own
		),
	}
}
