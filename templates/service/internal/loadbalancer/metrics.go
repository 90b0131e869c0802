package loadbalancer

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/msgen/msgen/templates/service/internal/rpcmetrics"
)

const (
	maxAddresses = 100     // addresses that have a series of their own at the same time
	otherAddress = "other" // what those beyond it are counted under
)

// Metrics are those of the balancers of all connections to one target. The series of an address ends when the last of
// them no longer knows it.
type Metrics struct {
	picks     *prometheus.CounterVec
	endpoints prometheus.Gauge
	ejected   prometheus.Gauge
	ejections prometheus.Counter

	mu    sync.Mutex
	users map[string]int // endpoints that count under an address, usually one for each connection
}

// NewMetrics returns the metrics of the connections to target, a name that becomes a label. They are registered on
// registerer, where they are shared when it has them already; it may be nil.
func NewMetrics(registerer prometheus.Registerer, target string) (*Metrics, error) {
	labels := prometheus.Labels{"grpc_target": target}
	m := &Metrics{
		picks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name:        "grpc_client_picks_total",
			Help:        "Total number of RPCs and repetitions of RPCs given to an endpoint, by its address.",
			ConstLabels: labels,
		}, []string{"address"}),
		endpoints: prometheus.NewGauge(prometheus.GaugeOpts{
			Name:        "grpc_client_endpoints",
			Help:        "Number of endpoints that the resolver has found.",
			ConstLabels: labels,
		}),
		ejected: prometheus.NewGauge(prometheus.GaugeOpts{
			Name:        "grpc_client_ejected_endpoints",
			Help:        "Number of endpoints that are left out because their RPCs kept failing.",
			ConstLabels: labels,
		}),
		ejections: prometheus.NewCounter(prometheus.CounterOpts{
			Name:        "grpc_client_ejections_total",
			Help:        "Total number of times that an endpoint was left out because its RPCs kept failing.",
			ConstLabels: labels,
		}),
		users: make(map[string]int),
	}
	return rpcmetrics.Register(registerer, m)
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
	return []prometheus.Collector{m.picks, m.endpoints, m.ejected, m.ejections}
}

// enter begins the metrics of an endpoint. It returns the counter of its picks, and a function that ends them.
func (m *Metrics) enter(address string) (picks prometheus.Counter, leave func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.users[address] == 0 && len(m.users) >= maxAddresses {
		address = otherAddress
	}
	m.users[address]++
	m.endpoints.Inc()
	return m.picks.WithLabelValues(address), func() { m.leave(address) }
}

func (m *Metrics) leave(address string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.endpoints.Dec()
	m.users[address]--
	if m.users[address] == 0 {
		delete(m.users, address)
		m.picks.DeleteLabelValues(address)
	}
}
