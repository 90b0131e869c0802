package resilience

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/msgen/msgen/templates/service/internal/rpcmetrics"
)

// Metrics are what all engines count whose calls go to one target.
type Metrics struct {
	calls            *prometheus.CounterVec
	attempts         *prometheus.CounterVec
	retries          *prometheus.CounterVec
	retriesDenied    *prometheus.CounterVec
	state            *prometheus.GaugeVec
	breakerRefusals  *prometheus.CounterVec
	bulkheadRefusals *prometheus.CounterVec
	fallbacks        *prometheus.CounterVec
	fileErrors       prometheus.Counter
}

// methodMetrics are one method's. Those without a use in its policy are nil.
type methodMetrics struct {
	calls            prometheus.Counter
	attempts         prometheus.Counter
	retries          prometheus.Counter
	retriesDenied    prometheus.Counter
	state            prometheus.Gauge
	breakerRefusals  prometheus.Counter
	bulkheadRefusals prometheus.Counter
	fallbacks        prometheus.Counter
}

// NewMetrics returns the metrics of the calls to target, a name that becomes a label. They are registered on registerer,
// where they are shared when it has them already; it may be nil.
func NewMetrics(registerer prometheus.Registerer, target string) (*Metrics, error) {
	labels := prometheus.Labels{"grpc_target": target}
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels}, []string{"grpc_method"})
	}
	m := &Metrics{
		calls:            counter("grpc_client_calls_total", "Total number of calls."),
		attempts:         counter("grpc_client_attempts_total", "Total number of attempts at calls that were sent."),
		retries:          counter("grpc_client_retries_total", "Total number of attempts after the first."),
		retriesDenied:    counter("grpc_client_retries_denied_total", "Total number of retries that were not made because the budget was spent."),
		breakerRefusals:  counter("grpc_client_breaker_refusals_total", "Total number of attempts that were not made because the breaker was open."),
		bulkheadRefusals: counter("grpc_client_bulkhead_refusals_total", "Total number of attempts that were not made because the bulkhead was full."),
		fallbacks:        counter("grpc_client_fallbacks_total", "Total number of calls whose callers got the fallback."),
		state: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name:        "grpc_client_breaker_state",
			Help:        "State of the breaker, 0 closed, 1 half-open, 2 open; clients that share the metric are added up.",
			ConstLabels: labels,
		}, []string{"grpc_method"}),
		fileErrors: prometheus.NewCounter(prometheus.CounterOpts{
			Name:        "grpc_client_resilience_file_errors_total",
			Help:        "Total number of times that the file which overrides the policy could not be used.",
			ConstLabels: labels,
		}),
	}
	return rpcmetrics.Register(registerer, m)
}

// of returns the metrics of a method, by its full name. They are there from the beginning, before anything is counted.
func (m *Metrics) of(method string, policy Policy) methodMetrics {
	of := methodMetrics{calls: m.calls.WithLabelValues(method), attempts: m.attempts.WithLabelValues(method)}
	if policy.Retry != nil {
		of.retries = m.retries.WithLabelValues(method)
		of.retriesDenied = m.retriesDenied.WithLabelValues(method)
	}
	if policy.Breaker != nil {
		of.state = m.state.WithLabelValues(method)
		of.breakerRefusals = m.breakerRefusals.WithLabelValues(method)
	}
	if policy.Bulkhead != nil {
		of.bulkheadRefusals = m.bulkheadRefusals.WithLabelValues(method)
	}
	if policy.Fallback != nil {
		of.fallbacks = m.fallbacks.WithLabelValues(method)
	}
	return of
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

func (m *Metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		m.calls,
		m.attempts,
		m.retries,
		m.retriesDenied,
		m.state,
		m.breakerRefusals,
		m.bulkheadRefusals,
		m.fallbacks,
		m.fileErrors,
	}
}
