package registry

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// fakeRegistry answers as its fields say.
type fakeRegistry struct {
	refused  error      // what registering fails with; nil: it succeeds
	lose     chan error // ends a registration
	releases func(context.Context) error

	mu       sync.Mutex
	attempts []time.Time
	held     []Instance
	released int
}

func newFakeRegistry() *fakeRegistry {
	return &fakeRegistry{lose: make(chan error), releases: func(context.Context) error { return nil }}
}

func (f *fakeRegistry) Hold(ctx context.Context, self Instance, registered func()) error {
	f.mu.Lock()
	f.attempts = append(f.attempts, time.Now())
	refused := f.refused
	f.mu.Unlock()
	if refused != nil {
		return refused
	}
	f.held = append(f.held, self)
	registered()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-f.lose:
		return err
	}
}

func (f *fakeRegistry) Release(ctx context.Context, _ Instance) error {
	f.released++
	return f.releases(ctx)
}

func (f *fakeRegistry) refuse(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused = err
}

// started is a Registrar that registers in a fake.
type started struct {
	*Registrar
	fake    *fakeRegistry
	metrics *prometheus.Registry
	logs    bytes.Buffer
}

func startRegistrar(t *testing.T, fake *fakeRegistry) *started {
	t.Helper()
	s := &started{fake: fake, metrics: prometheus.NewRegistry()}
	var err error
	s.Registrar, err = New(fake, map[string]string{"zone": "a"}, slog.New(slog.NewTextHandler(&s.logs, nil)), s.metrics)
	if err != nil {
		t.Fatal(err)
	}
	s.Start("orders-1:8080")
	t.Cleanup(s.Stop)
	synctest.Wait()
	return s
}

func TestRegistersAndDeregisters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startRegistrar(t, newFakeRegistry())
		wantMetric(t, s, "registry_registered", 1)
		if got := s.fake.held[0]; got.Address != "orders-1:8080" || !maps.Equal(got.Metadata, map[string]string{"zone": "a"}) {
			t.Errorf("registered %+v", got)
		}

		s.Stop()
		wantMetric(t, s, "registry_registered", 0)
		wantMetric(t, s, "registry_errors_total", 0)
		if s.fake.released != 1 {
			t.Errorf("released %d times, want once", s.fake.released)
		}
		wantLogs(t, s, "msg=registered", "msg=deregistered")
	})
}

func TestLostRegistrationIsRegisteredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startRegistrar(t, newFakeRegistry())
		for range 100 {
			s.fake.lose <- errors.New("the lease was lost")
			synctest.Wait()
			wantMetric(t, s, "registry_registered", 0)
			time.Sleep(firstRetry)
			synctest.Wait()
			wantMetric(t, s, "registry_registered", 1)
		}
		wantMetric(t, s, "registry_errors_total", 100)
	})
}

func TestRegistryThatIsDownIsTriedForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFakeRegistry()
		fake.refuse(errors.New("connection refused"))
		s := startRegistrar(t, fake)

		time.Sleep(24 * time.Hour)
		wantMetric(t, s, "registry_registered", 0)
		for i, attempt := range fake.attempts[1:] {
			if wait := attempt.Sub(fake.attempts[i]); wait < firstRetry/2 || wait > longestRetry {
				t.Fatalf("waited %v before attempt %d", wait, i+1)
			}
		}
		fake.refuse(errors.New("permission denied"))
		time.Sleep(time.Hour)
		fake.refuse(nil)
		time.Sleep(longestRetry)
		synctest.Wait()
		wantMetric(t, s, "registry_registered", 1)
		wantLogs(t, s, `msg="not registered" error="connection refused"`,
			`msg="not registered" error="permission denied"`, "msg=registered")
	})
}

func TestRegistryThatHangsDoesNotHoldTheStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFakeRegistry()
		fake.releases = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		s := startRegistrar(t, fake)

		began := time.Now()
		s.Stop()
		if got := time.Since(began); got != stopTimeout {
			t.Errorf("the stop took %v, want %v", got, stopTimeout)
		}
		synctest.Wait()
		wantLogs(t, s, "msg=registered", `msg="not deregistered"`)
	})
}

func TestStopWithoutStartDoesNothing(t *testing.T) {
	registrar, err := New(newFakeRegistry(), nil, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	registrar.Stop()
}

func wantMetric(t *testing.T, s *started, name string, want float64) {
	t.Helper()
	families, err := s.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			metric := family.GetMetric()[0]
			if got := metric.GetGauge().GetValue() + metric.GetCounter().GetValue(); got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
			return
		}
	}
	t.Errorf("there is no metric %s", name)
}

// wantLogs compares what was logged, line by line.
func wantLogs(t *testing.T, s *started, want ...string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(s.logs.String()), "\n")
	if len(lines) != len(want) {
		t.Fatalf("logged %q, want %q", lines, want)
	}
	for i, line := range lines {
		if !strings.Contains(line, want[i]) {
			t.Errorf("logged %s, want %s", line, want[i])
		}
	}
}
