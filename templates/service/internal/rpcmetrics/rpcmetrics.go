// Package rpcmetrics counts and times the RPCs of a server or of a client: how many there are, how they end, and how
// long they take. Every series is there from the start, at zero, and calls add none: a method that is not known is
// counted as "unknown", and no label holds what a caller chooses.
package rpcmetrics

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// codeCount is how many codes gRPC has; https://grpc.io/docs/guides/status-codes/.
const codeCount = int(codes.Unauthenticated) + 1

// unknown is the service and the method of calls whose method is none of those that the metrics were made for.
const unknown = "unknown"

// Options say how durations are measured. The zero value is valid.
type Options struct {
	// Objective is how long a call may take by the latency objective. The histograms have buckets that end at it, at its
	// half and at its double, so that the share of the calls within it is known and not guessed. 0: there is none.
	Objective time.Duration

	// Exemplar returns the labels that lead from the duration of a call to its trace, or nil. It may be nil itself.
	Exemplar func(ctx context.Context) prometheus.Labels
}

// buckets returns the upper bounds of durations in seconds, ascending.
func (o Options) buckets() []float64 {
	bounds := []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
	if o.Objective > 0 {
		bounds = append(bounds, (o.Objective / 2).Seconds(), o.Objective.Seconds(), (2 * o.Objective).Seconds())
	}
	slices.Sort(bounds)
	return slices.Compact(bounds)
}

// Metrics are those of one server, or of the clients of one service.
type Metrics struct {
	started  *prometheus.CounterVec
	handled  *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	received *prometheus.CounterVec
	sent     *prometheus.CounterVec

	exemplar func(context.Context) prometheus.Labels // may be nil
	methods  map[string]*method                      // by full name; not changed once it is made
	unknown  *method
}

// method is the series of one method, looked up beforehand.
type method struct {
	started    prometheus.Counter
	handled    [codeCount]prometheus.Counter
	ok, failed prometheus.Observer
	received   prometheus.Counter // of streams alone, as is sent
	sent       prometheus.Counter
}

// newMetrics makes the metrics of the methods of services. Their names begin with prefix.
func newMetrics(prefix string, constant prometheus.Labels, options Options, services []*grpc.ServiceDesc) *Metrics {
	labels := []string{"grpc_type", "grpc_service", "grpc_method"}
	counter := func(name, help string, more ...string) *prometheus.CounterVec {
		opts := prometheus.CounterOpts{Name: prefix + name, Help: help, ConstLabels: constant}
		return prometheus.NewCounterVec(opts, append(labels[:3:3], more...))
	}
	m := &Metrics{
		started:  counter("_started_total", "Total number of RPCs that began."),
		handled:  counter("_handled_total", "Total number of RPCs that ended, by their code.", "grpc_code"),
		received: counter("_msg_received_total", "Total number of messages received on streams."),
		sent:     counter("_msg_sent_total", "Total number of messages sent on streams."),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                            prefix + "_handling_seconds",
			Help:                            "How long RPCs took, in seconds, by outcome: error where the service was at fault.",
			ConstLabels:                     constant,
			Buckets:                         options.buckets(),
			NativeHistogramBucketFactor:     1.1, // for scrapers that ask for it; others get the buckets alone
			NativeHistogramMaxBucketNumber:  100,
			NativeHistogramMinResetDuration: time.Hour,
		}, append(labels[:3:3], "outcome")),
		exemplar: options.Exemplar,
		methods:  make(map[string]*method),
	}
	for _, service := range services {
		for _, rpc := range service.Methods {
			m.methods["/"+service.ServiceName+"/"+rpc.MethodName] = m.method("unary", service.ServiceName, rpc.MethodName)
		}
		for _, rpc := range service.Streams {
			m.methods["/"+service.ServiceName+"/"+rpc.StreamName] = m.method(streamType(rpc), service.ServiceName, rpc.StreamName)
		}
	}
	m.unknown = m.method(unknown, unknown, unknown)
	return m
}

// method begins the series of a method.
func (m *Metrics) method(kind, service, name string) *method {
	result := &method{
		started: m.started.WithLabelValues(kind, service, name),
		ok:      m.seconds.WithLabelValues(kind, service, name, "ok"),
		failed:  m.seconds.WithLabelValues(kind, service, name, "error"),
	}
	for code := range result.handled {
		result.handled[code] = m.handled.WithLabelValues(kind, service, name, codes.Code(code).String())
	}
	if kind != "unary" {
		result.received = m.received.WithLabelValues(kind, service, name)
		result.sent = m.sent.WithLabelValues(kind, service, name)
	}
	return result
}

func streamType(rpc grpc.StreamDesc) string {
	switch {
	case !rpc.ServerStreams:
		return "client_stream"
	case !rpc.ClientStreams:
		return "server_stream"
	default:
		return "bidi_stream"
	}
}

// find returns the series of a method, by its full name.
func (m *Metrics) find(fullMethod string) *method {
	if found := m.methods[fullMethod]; found != nil {
		return found
	}
	return m.unknown
}

// end counts a call that began at start and ends with err.
func (m *Metrics) end(ctx context.Context, rpc *method, start time.Time, err error) {
	code := codeOf(err)
	histogram := rpc.ok
	if failed(code) {
		histogram = rpc.failed
	}
	rpc.handled[code].Inc()
	m.observe(ctx, histogram, time.Since(start).Seconds())
}

// observe adds a duration, with the trace of the call as its exemplar.
func (m *Metrics) observe(ctx context.Context, histogram prometheus.Observer, seconds float64) {
	exemplars, ok := histogram.(prometheus.ExemplarObserver)
	if !ok || m.exemplar == nil {
		histogram.Observe(seconds)
		return
	}
	exemplars.ObserveWithExemplar(seconds, m.exemplar(ctx)) // which may be nil
}

// codeOf is the code that grpc-go sends for a handler's error; UNKNOWN for one that gRPC does not have.
func codeOf(err error) codes.Code {
	result, ok := status.FromError(err)
	if !ok {
		result = status.FromContextError(err)
	}
	if int(result.Code()) >= codeCount {
		return codes.Unknown
	}
	return result.Code()
}

// failed reports whether a call that ends with code was failed by the service, and not by its caller: what the
// objectives count against the service.
func failed(code codes.Code) bool {
	switch code {
	case codes.Unknown, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal, codes.Unavailable, codes.DataLoss:
		return true
	default:
		return false
	}
}

// collectors are the metrics as a registry wants them.
func (m *Metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.started, m.handled, m.seconds, m.received, m.sent}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(descs chan<- *prometheus.Desc) {
	for _, collector := range m.collectors() {
		collector.Describe(descs)
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(metrics chan<- prometheus.Metric) {
	for _, collector := range m.collectors() {
		collector.Collect(metrics)
	}
}
