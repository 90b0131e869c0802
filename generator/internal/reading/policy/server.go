package policy

import (
	"fmt"
	"math"
	"strconv"

	"github.com/msgen/msgen/generator/diag"
)

// Server holds the limits of the server and the steps of its stop.
type Server struct {
	GRPCPort              int        `yaml:"grpcPort" default:"8080" range:"1..65535" doc:"TCP port of the gRPC server."`
	AdminPort             int        `yaml:"adminPort" default:"9090" range:"1..65535" doc:"TCP port of /metrics, /healthz and /readyz. It is never the gRPC port."`
	RequestTimeout        Duration   `yaml:"requestTimeout" default:"5s" range:">0s" doc:"Upper bound of a unary request's deadline. A caller's shorter deadline wins."`
	MaxConcurrentRequests int        `yaml:"maxConcurrentRequests" default:"512" range:">=1" doc:"How many requests run at once. Beyond it they are refused with RESOURCE_EXHAUSTED before any work starts."`
	RateLimit             *RateLimit `yaml:"rateLimit" doc:"Refuses requests beyond a rate with RESOURCE_EXHAUSTED."`
	MaxConnectionAge      Duration   `yaml:"maxConnectionAge" default:"5m" range:">=1s" max:"720h" doc:"Age at which a connection is asked to close, so that clients see new instances."`
	MaxConnectionAgeGrace Duration   `yaml:"maxConnectionAgeGrace" default:"30s" range:">0s" doc:"How long the requests of a connection that has reached its age may still run."`
	MaxRequestBytes       Bytes      `yaml:"maxRequestBytes" default:"4MiB" range:"1..1GiB" doc:"The largest request message that is read."`
	MaxResponseBytes      Bytes      `yaml:"maxResponseBytes" default:"4MiB" range:"1..1GiB" doc:"The largest response message that is sent. The emitted clients receive as much. Other gRPC clients receive 4MiB by default."`
	MaxHeaderBytes        Bytes      `yaml:"maxHeaderBytes" default:"64KiB" range:"1KiB..1GiB" doc:"The most metadata that a call may bring, as HTTP/2 counts it."`
	MaxConcurrentStreams  int        `yaml:"maxConcurrentStreams" default:"1000" range:"1..1000000" doc:"How many calls of any kind one connection carries at once. Beyond it they wait in the client."`
	HandshakeTimeout      Duration   `yaml:"handshakeTimeout" default:"10s" range:">=1s" doc:"How long a new connection may take to become usable before it is closed."`
	Validate              bool       `yaml:"validate" default:"true" doc:"Check requests by the buf.validate rules of their protos, before a handler sees them. A request that breaks a rule gets INVALID_ARGUMENT."`
	DrainDelay            Duration   `yaml:"drainDelay" default:"3s" range:">=0s" doc:"How long a stopping service still serves after it is no longer announced, so that clients learn of it. May be 0s."`
	GracefulTimeout       Duration   `yaml:"gracefulTimeout" default:"20s" range:">0s" doc:"How long a stopping service waits for running requests before it cuts them off."`
}

// RateLimit is a token bucket over all requests of one instance.
type RateLimit struct {
	RequestsPerSecond float64 `yaml:"requestsPerSecond" range:">0" required:"true" example:"500" doc:"Requests per second that are let through in the long run."`
	Burst             int     `yaml:"burst" range:">=1" derived:"requestsPerSecond, rounded up" example:"50" doc:"Requests that are let through at once after a quiet time."`
}

func (r *Server) settle(s scope) {
	if s.sound("grpcPort", "adminPort") && r.GRPCPort == r.AdminPort {
		name := s.firstWritten("adminPort", "grpcPort")
		other := map[string]string{"adminPort": "grpcPort", "grpcPort": "adminPort"}[name]
		s.fault(name, diag.Problem{Message: "same port as " + other, Found: strconv.Itoa(r.AdminPort), Want: "two different ports"})
	}
	if s.sound("gracefulTimeout", "requestTimeout") && r.GracefulTimeout < r.RequestTimeout {
		s.warn(s.firstWritten("gracefulTimeout", "requestTimeout"), diag.Problem{
			Message: fmt.Sprintf("gracefulTimeout %s is shorter than requestTimeout %s: a stop can cut a request off %s before its deadline",
				r.GracefulTimeout, r.RequestTimeout, r.RequestTimeout-r.GracefulTimeout),
			Fix: fmt.Sprintf("write gracefulTimeout: %s or more", r.RequestTimeout),
		})
	}
}

func (r *RateLimit) settle(s scope) {
	if !s.written("burst") {
		r.Burst = int(math.Ceil(min(r.RequestsPerSecond, math.MaxInt32)))
	}
}
