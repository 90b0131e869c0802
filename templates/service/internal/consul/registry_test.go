package consul

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/consul/api"
	"google.golang.org/grpc/test/bufconn"

	"github.com/msgen/msgen/templates/service/internal/registry"
)

// fakeAgent is a Consul agent that keeps what is registered in memory. It runs over connections in memory, so that in
// a synctest bubble its clock is the bubble's.
type fakeAgent struct {
	port *bufconn.Listener

	mu       sync.Mutex
	asked    []string // paths, in order
	services map[string]api.AgentServiceRegistration
}

func newFakeAgent(t *testing.T) *fakeAgent {
	t.Helper()
	a := &fakeAgent{port: bufconn.Listen(64 << 10), services: map[string]api.AgentServiceRegistration{}}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /v1/agent/service/register", a.register)
	mux.HandleFunc("PUT /v1/agent/service/deregister/{id}", a.deregister)
	mux.HandleFunc("PUT /v1/agent/check/update/{id}", a.known)
	mux.HandleFunc("GET /v1/agent/service/{id}", a.known)
	server := &http.Server{Handler: mux}
	go func() { _ = server.Serve(a.port) }()
	t.Cleanup(func() { _ = server.Close() })
	return a
}

// hold keeps self registered until the test ends, or until the function that it returns is called, which then says
// what became of it.
func (a *fakeAgent) hold(t *testing.T, self registry.Instance, check Check) (end func() error) {
	t.Helper()
	r := NewRegistry(Config{Tags: []string{"v1"}, DeregisterAfter: time.Minute}, "orders", check)
	r.connect = a.connect
	ctx, cancel := context.WithCancel(t.Context())
	held := make(chan error, 1)
	go func() { held <- r.Hold(ctx, self, func() {}) }()
	synctest.Wait()
	return func() error {
		cancel()
		err := <-held
		if release := r.Release(t.Context(), self); release != nil {
			t.Error(release)
		}
		return err
	}
}

func (a *fakeAgent) connect(Config) (*client, error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return a.port.DialContext(ctx) }
	return newClient(&api.Config{Address: "agent:8500", Transport: &http.Transport{DialContext: dial}})
}

func (a *fakeAgent) register(_ http.ResponseWriter, r *http.Request) {
	var service api.AgentServiceRegistration
	_ = json.NewDecoder(r.Body).Decode(&service)
	a.note(r, func() { a.services[service.ID] = service })
}

func (a *fakeAgent) deregister(_ http.ResponseWriter, r *http.Request) {
	a.note(r, func() { delete(a.services, r.PathValue("id")) })
}

// known answers what asks for a service.
func (a *fakeAgent) known(w http.ResponseWriter, r *http.Request) {
	a.note(r, func() {
		id := strings.TrimPrefix(r.PathValue("id"), "service:") // a check's id is its service's
		if _, known := a.services[id]; !known {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte("{}"))
	})
}

// forget is a restart that finds nothing on the disk.
func (a *fakeAgent) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.services)
}

func (a *fakeAgent) note(r *http.Request, what func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.URL.Path)
	what()
}

// eachCheck runs a test in a synctest bubble for each kind of check.
func eachCheck(t *testing.T, test func(t *testing.T, check Check)) {
	t.Helper()
	for name, check := range map[string]Check{"grpc": GRPCCheck(), "ttl": TTLCheck()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, check) })
		})
	}
}

func TestInstanceIsRegisteredAsAsked(t *testing.T) {
	for name, c := range map[string]struct {
		check Check
		want  api.AgentServiceCheck
	}{
		"grpc": {GRPCCheck(), api.AgentServiceCheck{GRPC: "10.0.0.7:8080", Interval: "5s", Timeout: "2s"}},
		"ttl":  {TTLCheck(), api.AgentServiceCheck{TTL: "10s"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				agent := newFakeAgent(t)
				self := registry.Instance{Address: "10.0.0.7:8080", Metadata: map[string]string{"zone": "a"}}
				end := agent.hold(t, self, c.check)
				check := c.want
				check.CheckID = "service:orders-10.0.0.7:8080"
				check.Status = api.HealthPassing
				check.DeregisterCriticalServiceAfter = "1m0s"
				want := api.AgentServiceRegistration{
					ID:      "orders-10.0.0.7:8080",
					Name:    "orders",
					Address: "10.0.0.7",
					Port:    8080,
					Tags:    []string{"v1"},
					Meta:    map[string]string{"zone": "a"},
					Check:   &check,
				}
				if got := agent.services[want.ID]; !reflect.DeepEqual(got, want) {
					t.Errorf("registered %+v with %+v, want %+v with %+v", got, got.Check, want, want.Check)
				}
				_ = end()
				if len(agent.services) > 0 {
					t.Error("the agent still knows the instance")
				}
			})
		})
	}
}

func TestNothingIsAskedAfterDeregistering(t *testing.T) {
	eachCheck(t, func(t *testing.T, check Check) {
		agent := newFakeAgent(t)
		end := agent.hold(t, registry.Instance{Address: "10.0.0.7:8080"}, check)
		time.Sleep(time.Minute + time.Millisecond)
		_ = end()
		time.Sleep(time.Minute)
		agent.mu.Lock()
		defer agent.mu.Unlock()
		last := len(agent.asked) - 1
		if confirmed := last - 1; confirmed != int(time.Minute/check.interval) {
			t.Errorf("confirmed %d times in a minute, want %d", confirmed, time.Minute/check.interval)
		}
		deregister := "/v1/agent/service/deregister/orders-10.0.0.7:8080"
		if got := slices.Index(agent.asked, deregister); got != last {
			t.Errorf("asked for %q, want %s at the end", agent.asked, deregister)
		}
	})
}

func TestAgentThatForgetsIsNoticed(t *testing.T) {
	eachCheck(t, func(t *testing.T, check Check) {
		agent := newFakeAgent(t)
		end := agent.hold(t, registry.Instance{Address: "10.0.0.7:8080"}, check)
		agent.forget()
		time.Sleep(check.interval)
		synctest.Wait()
		if err := end(); err == nil || !strings.Contains(err.Error(), "404") {
			t.Errorf("the registration ended with %v, want the agent's 404", err)
		}
	})
}
