package rpcmetrics

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// Register registers a collector, or returns the equal one that registerer has already: two clients of one target share theirs.
// With a nil registerer nobody sees the metrics.
func Register[C prometheus.Collector](registerer prometheus.Registerer, collector C) (C, error) {
	if registerer == nil {
		return collector, nil
	}
	err := registerer.Register(collector)
	if registered, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		if existing, ok := registered.ExistingCollector.(C); ok {
			return existing, nil
		}
	}
	return collector, err
}
