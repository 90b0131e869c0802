package messaging

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// newConnected is whether a client of the service, the publisher or the consumer, reaches the broker.
func newConnected(client string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "events_broker_connected",
		Help:        "Whether the broker can be reached: 1 while it can, otherwise 0.",
		ConstLabels: prometheus.Labels{"client": client},
	})
}

// counter counts by topic, of which there are only the topics of the policy.
func counter(name, help string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{"topic"})
}

func register(registerer prometheus.Registerer, collectors ...prometheus.Collector) error {
	var err error
	for _, collector := range collectors {
		err = errors.Join(err, registerer.Register(collector))
	}
	return err
}
