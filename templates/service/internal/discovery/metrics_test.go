package discovery

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
)

func TestAnswersAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewRegistry()
		source := newFakeSource()
		instrumented, err := Instrument(New("fake", source), registry, "orders")
		if err != nil {
			t.Fatal(err)
		}
		wantValues(t, registry, 0, 0)
		conn := build(t, instrumented)
		source.answers <- []Instance{{Address: "one:80"}, {Address: "two:80"}}
		source.fail <- errors.New("registry down")
		synctest.Wait()
		wantValues(t, registry, 2, 1)
		if conn.addresses() != "one:80 two:80" || conn.err() == nil {
			t.Error("the answers do not reach the connection")
		}
	})
}

func TestClientsShareARegistry(t *testing.T) {
	registry := prometheus.NewRegistry()
	for _, service := range []string{"orders", "orders", "inventory"} {
		if _, err := Instrument(File("/no/such/file"), registry, service); err != nil {
			t.Errorf("%s: %v", service, err)
		}
	}
}

// wantValues compares the metrics of the only service.
func wantValues(t *testing.T, registry *prometheus.Registry, instances, failures float64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		metric := family.GetMetric()[0]
		want := map[string]float64{
			"grpc_client_resolver_instances":    instances,
			"grpc_client_resolver_errors_total": failures,
		}[family.GetName()]
		if got := metric.GetGauge().GetValue() + metric.GetCounter().GetValue(); got != want {
			t.Errorf("%s is %v, want %v", family.GetName(), got, want)
		}
	}
}
