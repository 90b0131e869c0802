package messaging

import "github.com/prometheus/client_golang/prometheus"

// PublisherMetrics count the events that are published. NewPublisherMetrics makes them.
type PublisherMetrics struct {
	Connected prometheus.Gauge // whether the broker can be reached

	published, failures *prometheus.CounterVec
}

// NewPublisherMetrics returns the metrics of the topics, registered on registerer.
func NewPublisherMetrics(registerer prometheus.Registerer, topics []string) (*PublisherMetrics, error) {
	m := &PublisherMetrics{
		Connected: newConnected("publisher"),
		published: counter("events_published_total", "Total number of events that the broker has confirmed."),
		failures:  counter("events_publish_failures_total", "Total number of events that the broker has not confirmed in time."),
	}
	for _, topic := range topics {
		for _, counter := range []*prometheus.CounterVec{m.published, m.failures} {
			counter.WithLabelValues(topic)
		}
	}
	return m, register(registerer, m.published, m.failures, m.Connected)
}
