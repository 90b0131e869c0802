package registry

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics tell whether callers can find this process.
type metrics struct {
	registered prometheus.Gauge
	errors     prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		registered: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "registry_registered",
			Help: "Whether this instance is registered: 1 while it is, as far as it knows, else 0.",
		}),
		errors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "registry_errors_total",
			Help: "Total number of registrations that failed or were lost, and of deregistrations that failed.",
		}),
	}
	if err := errors.Join(registerer.Register(m.registered), registerer.Register(m.errors)); err != nil {
		return nil, err
	}
	return m, nil
}
