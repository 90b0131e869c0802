package loadbalancer

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
)

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		wantMetrics(t, f, 0, 3, 0, 0)
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 10)
		wantMetrics(t, f, 10, 3, 1, 1)
		time.Sleep(11 * time.Second)
		wantMetrics(t, f, 10, 3, 0, 1)
		f.wantSpread(t, 4, 3, 3)

		f.find("b", "c", "b")
		wantMetrics(t, f, 6, 2, 0, 1) // the picks of a have gone with it
	})
}

func TestMetricsOfOneTargetAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.calls(t, 2)
		other := f.connect(t, settings())
		other.Connect()
		synctest.Wait()
		wantMetrics(t, f, 2, 4, 0, 0)
		f.conn, other = other, f.conn
		f.calls(t, 2)
		_ = other.Close()
		synctest.Wait()
		f.calls(t, 2)
		wantMetrics(t, f, 6, 2, 0, 0)
	})
}

func TestMetricsOfTargetsStandSideBySide(t *testing.T) {
	registry := prometheus.NewRegistry()
	for _, target := range []string{"one", "other"} {
		if _, err := NewMetrics(registry, target); err != nil {
			t.Error(err)
		}
	}
	f := &fixture{registry: registry}
	wantMetrics(t, f, 0, 0, 0, 0)
	families, _ := registry.Gather()
	if len(families) != 3 { // there are no picks without an address
		t.Errorf("there are %d families before the first endpoint is found, want 3", len(families))
	}
}

func TestNumberOfAddressesIsBounded(t *testing.T) {
	f := &fixture{registry: prometheus.NewRegistry()}
	m, err := NewMetrics(f.registry, "many")
	if err != nil {
		t.Fatal(err)
	}
	var leave []func()
	for n := range 3 * maxAddresses {
		picks, end := m.enter(fmt.Sprint(n))
		picks.Inc()
		leave = append(leave, end)
	}
	wantMetrics(t, f, 3*maxAddresses, 3*maxAddresses, 0, 0)
	if got := series(t, f); got != maxAddresses+1 {
		t.Errorf("there are %d series of picks, want %d", got, maxAddresses+1)
	}
	for _, end := range leave {
		end()
	}
	wantMetrics(t, f, 0, 0, 0, 0)
	if got := series(t, f); got != 0 {
		t.Errorf("there are %d series of picks when all have left", got)
	}
	for n := range maxAddresses {
		m.enter(fmt.Sprint("new", n))
	}
	if got := series(t, f); got != maxAddresses {
		t.Errorf("there are %d series of picks for new addresses, want %d", got, maxAddresses)
	}
}

// series returns the number of series of picks.
func series(t *testing.T, f *fixture) int {
	t.Helper()
	families, err := f.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == "grpc_client_picks_total" {
			return len(family.GetMetric())
		}
	}
	return 0
}

func wantMetrics(t *testing.T, f *fixture, picks, endpoints, ejected, ejections float64) {
	t.Helper()
	for name, want := range map[string]float64{
		"grpc_client_picks_total":       picks,
		"grpc_client_endpoints":         endpoints,
		"grpc_client_ejected_endpoints": ejected,
		"grpc_client_ejections_total":   ejections,
	} {
		if got := f.value(t, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
