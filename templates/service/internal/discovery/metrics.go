package discovery

import (
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/rpcmetrics"
)

// Instrument returns builder with metrics of what its resolvers answer, registered on registerer and labelled with the
// name of the service. Clients of the same service share them.
func Instrument(builder resolver.Builder, registerer prometheus.Registerer, service string) (resolver.Builder, error) {
	labels := prometheus.Labels{"grpc_target": service}
	instances, err := rpcmetrics.Register(registerer, prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "grpc_client_resolver_instances",
		Help:        "Number of instances of the service that the client knows.",
		ConstLabels: labels,
	}))
	if err != nil {
		return nil, err
	}
	failures, err := rpcmetrics.Register(registerer, prometheus.NewCounter(prometheus.CounterOpts{
		Name:        "grpc_client_resolver_errors_total",
		Help:        "Total number of failed attempts to learn the instances of the service.",
		ConstLabels: labels,
	}))
	if err != nil {
		return nil, err
	}
	return instrumented{builder, instances, failures}, nil
}

// instrumented makes resolvers whose answers are counted.
type instrumented struct {
	resolver.Builder

	instances prometheus.Gauge
	errors    prometheus.Counter
}

// Build builds a resolver that tells conn by way of the metrics.
func (b instrumented) Build(
	target resolver.Target, conn resolver.ClientConn, options resolver.BuildOptions,
) (resolver.Resolver, error) {
	return b.Builder.Build(target, counted{conn, b.instances, b.errors}, options)
}

// counted is a connection whose resolver's answers are counted.
type counted struct {
	resolver.ClientConn

	instances prometheus.Gauge
	errors    prometheus.Counter
}

// UpdateState passes the instances on.
func (c counted) UpdateState(state resolver.State) error {
	c.instances.Set(float64(len(state.Endpoints)))
	return c.ClientConn.UpdateState(state)
}

// ReportError passes the error on.
func (c counted) ReportError(err error) {
	c.errors.Inc()
	c.ClientConn.ReportError(err)
}
