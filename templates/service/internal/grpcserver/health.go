package grpcserver

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// The names that the health service knows in addition to the full names of the services. Liveness stays SERVING while the
// server drains: one that is on its way out wants no new calls, and no restart either.
const (
	readiness = ""
	liveness  = "liveness"
)

// healthService is the gRPC health service of a server.
type healthService struct {
	*health.Server

	ready []string // the names whose status is the server's readiness

	mu      sync.Mutex
	serves  bool
	failing []string // the owner's checks that fail, sorted
}

// registerHealth adds the health service to a server that has its other services already. It is live and not ready.
func registerHealth(server *grpc.Server) *healthService {
	h := &healthService{Server: health.NewServer(), ready: []string{readiness}}
	for name := range server.GetServiceInfo() {
		h.ready = append(h.ready, name)
	}
	h.SetServingStatus(liveness, healthpb.HealthCheckResponse_SERVING)
	h.setReady(false)
	healthpb.RegisterHealthServer(server, h)
	return h
}

// setReady tells clients and balancers whether to send calls here. While a check fails, it stays NOT_SERVING.
func (h *healthService) setReady(ready bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.serves = ready
	h.publish()
}

// setFailing notes whether one of the owner's checks fails.
func (h *healthService) setFailing(check string, fails bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failing = slices.DeleteFunc(h.failing, func(name string) bool { return name == check })
	if fails {
		h.failing = append(h.failing, check)
		slices.Sort(h.failing)
	}
	h.publish()
}

// publish sets the statuses that depend on the readiness. h.mu is held.
func (h *healthService) publish() {
	status := healthpb.HealthCheckResponse_NOT_SERVING
	if h.serves && len(h.failing) == 0 {
		status = healthpb.HealthCheckResponse_SERVING
	}
	for _, name := range h.ready {
		h.SetServingStatus(name, status)
	}
}

// readyz answers HTTP probes like handler, and names the checks that fail.
func (h *healthService) readyz(w http.ResponseWriter, r *http.Request) {
	h.handler(readiness)(w, r)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, check := range h.failing {
		_, _ = fmt.Fprintln(w, check)
	}
}

// handler answers HTTP probes with 200 while the name is SERVING and with 503 otherwise.
func (h *healthService) handler(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// Check fails for unknown names alone; the status is SERVING for none of them.
		resp, _ := h.Check(r.Context(), &healthpb.HealthCheckRequest{Service: name})
		if resp.GetStatus() != healthpb.HealthCheckResponse_SERVING {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = fmt.Fprintln(w, resp.GetStatus())
	}
}
