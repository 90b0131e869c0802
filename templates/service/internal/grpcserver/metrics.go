package grpcserver

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/msgen/msgen/templates/service/internal/rpcmetrics"
)

// metrics count the calls of the server, and show how near it is to its limits.
type metrics struct {
	calls   *rpcmetrics.Metrics
	panics  prometheus.Counter     // handlers that panicked
	refused *prometheus.CounterVec // calls refused before any work was done, by the limit that they met
}

// newMetrics returns metrics that are registered on cfg.Metrics. slots has the room for the requests that may be handled
// at the same time, and an element for each that is.
func newMetrics(cfg Config, slots chan struct{}) (*metrics, error) {
	calls, err := rpcmetrics.NewServer(cfg.Metrics, cfg.Calls, cfg.Services...)
	if err != nil {
		return nil, err
	}
	m := &metrics{
		calls: calls,
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "grpc_server_panics_total",
			Help: "Total number of RPCs whose handler panicked.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grpc_server_refused_total",
			Help: "Total number of RPCs refused before any work was done, by the limit that they met.",
		}, []string{"limit"}),
	}
	inFlight := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "grpc_server_requests_in_flight",
		Help: "Number of unary RPCs that are being handled.",
	}, func() float64 { return float64(len(slots)) })
	capacity := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "grpc_server_requests_in_flight_max",
		Help: "Number of unary RPCs that may be handled at the same time; those beyond it are refused.",
	}, func() float64 { return float64(cap(slots)) })
	m.refused.WithLabelValues("concurrency")
	if cfg.Allow != nil {
		m.refused.WithLabelValues("rate")
	}
	for _, collector := range []prometheus.Collector{m.panics, m.refused, inFlight, capacity} {
		err = errors.Join(err, cfg.Metrics.Register(collector))
	}
	return m, err
}
