package rpcmetrics

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestRegisterSharesWhatIsEqual(t *testing.T) {
	counter := func() prometheus.Counter { return prometheus.NewCounter(prometheus.CounterOpts{Name: "calls"}) }
	registry := prometheus.NewRegistry()
	first, err := Register(registry, counter())
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Register(registry, counter()); err != nil || second != first {
		t.Errorf("the second is %p (%v), want the first, %p", second, err, first)
	}
	if _, err := Register(registry, prometheus.NewGauge(prometheus.GaugeOpts{Name: "calls", Help: "another"})); err == nil {
		t.Error("another metric of the same name is registered")
	}
	if alone, err := Register(nil, counter()); err != nil || alone == first {
		t.Errorf("without a registerer it is %p (%v), want the given one", alone, err)
	}
}
