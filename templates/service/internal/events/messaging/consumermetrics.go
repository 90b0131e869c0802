package messaging

import "github.com/prometheus/client_golang/prometheus"

// ConsumerMetrics count the events that are handled. NewConsumerMetrics makes them.
type ConsumerMetrics struct {
	Connected prometheus.Gauge     // whether the broker can be reached
	Lag       *prometheus.GaugeVec // by topic; the receiver sets it

	handled, failed, retried, deadLettered *prometheus.CounterVec
	seconds                                *prometheus.HistogramVec
}

// NewConsumerMetrics returns the metrics of the subscriptions, registered on registerer.
func NewConsumerMetrics(registerer prometheus.Registerer, subscriptions []Subscription) (*ConsumerMetrics, error) {
	m := &ConsumerMetrics{
		Connected: newConnected("consumer"),
		Lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "events_consumer_lag",
			Help: "Number of events that the broker has for all instances together and that are not done with.",
		}, []string{"topic"}),
		handled:      counter("events_handled_total", "Total number of events that are done with, those that came twice included."),
		failed:       counter("events_failed_total", "Total number of attempts to handle an event that failed."),
		retried:      counter("events_retried_total", "Total number of attempts to handle an event after its first."),
		deadLettered: counter("events_dead_lettered_total", "Total number of events that were put among the dead letters."),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "events_handling_seconds",
			Help:    "How long an attempt to handle an event took.",
			Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
		}, []string{"topic"}),
	}
	for _, s := range subscriptions {
		for _, counter := range []*prometheus.CounterVec{m.handled, m.failed, m.retried, m.deadLettered} {
			counter.WithLabelValues(s.Topic)
		}
		m.seconds.WithLabelValues(s.Topic)
		m.Lag.WithLabelValues(s.Topic)
	}
	return m, register(registerer, m.handled, m.failed, m.retried, m.deadLettered, m.seconds, m.Lag, m.Connected)
}
