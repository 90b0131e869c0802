// Package transcoding is the HTTP server in front of a gRPC server: it makes gRPC calls of REST, Connect and gRPC-Web.
package transcoding

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	readHeaderTimeout = 5 * time.Second // keeps a slow client from holding a connection for ever
	idleTimeout       = 2 * time.Minute // ends connections that nobody uses
)

// Config is what the server is made of.
type Config struct {
	Services         []*grpc.ServiceDesc // what can be called; the gRPC server may have more
	MaxRequestBytes  int                 // size of a request message
	MaxResponseBytes int                 // size of a response message
	MaxHeaderBytes   int                 // size of a request's headers; net/http takes up to 8 KiB more
	Logger           *slog.Logger
	Metrics          prometheus.Registerer

	Dial func(context.Context) (net.Conn, error) // connects to the gRPC server
}

// NewServer returns the HTTP server in front of a gRPC server: it takes REST as google.api.http has it, Connect, gRPC-Web
// and gRPC, at one port. Each request becomes a call of the gRPC server, with its limits, log, metrics and traces.
func NewServer(cfg Config) (*http.Server, error) {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_total",
		Help: "Total number of HTTP requests, by status.",
	}, []string{"code"})
	requests.WithLabelValues("200")
	if err := cfg.Metrics.Register(requests); err != nil {
		return nil, err
	}
	log := slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug) // clients that go away, most of all
	calls := &httputil.ReverseProxy{
		Rewrite:       forward,
		Transport:     newTransport(cfg.Dial),
		FlushInterval: -1, // each message of a stream as it comes
		ErrorLog:      log,
	}
	// vanguard has one limit for both directions; the gRPC server has one for each.
	limit := uint32(max(cfg.MaxRequestBytes, cfg.MaxResponseBytes)) //nolint:gosec // which is above zero, and no more than an int32 holds
	var services []*vanguard.Service
	for _, service := range cfg.Services {
		services = append(services, vanguard.NewService(service.ServiceName, calls,
			vanguard.WithTargetProtocols(vanguard.ProtocolGRPC),
			vanguard.WithTargetCodecs(vanguard.CodecProto),
			vanguard.WithMaxMessageBufferBytes(limit)))
	}
	transcoder, err := vanguard.NewTranscoder(services, vanguard.WithCodec(newJSON))
	if err != nil {
		return nil, err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:           promhttp.InstrumentHandlerCounter(requests, transcoder),
		Protocols:         protocols,
		MaxHeaderBytes:    cfg.MaxHeaderBytes,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          log,
	}, nil
}

// jsonCodec reports malformed JSON as InvalidArgument instead of Internal.
type jsonCodec struct{ *vanguard.JSONCodec }

func newJSON(types vanguard.TypeResolver) vanguard.Codec {
	return jsonCodec{vanguard.NewJSONCodec(types)}
}

// Unmarshal implements vanguard.Codec.
func (c jsonCodec) Unmarshal(data []byte, msg proto.Message) error {
	return invalid(c.JSONCodec.Unmarshal(data, msg))
}

// UnmarshalField implements vanguard.RESTCodec.
func (c jsonCodec) UnmarshalField(data []byte, msg proto.Message, field protoreflect.FieldDescriptor) error {
	return invalid(c.JSONCodec.UnmarshalField(data, msg, field))
}

func invalid(err error) error {
	if err == nil {
		return nil
	}
	return connect.NewError(connect.CodeInvalidArgument, err)
}

// newTransport returns the transport by which the HTTP server reaches the gRPC server, whatever the address.
func newTransport(dial func(context.Context) (net.Conn, error)) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Transport{
		Protocols:          protocols,
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableCompression: true,
	}
}

// forward addresses a request to the gRPC server, and adds whom it is from to X-Forwarded-For: of the addresses there, the
// last alone is one that this server has seen.
func forward(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.Host = "http", "grpc"
	r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
	r.SetXForwarded()
}
