package grpcserver

import (
	"fmt"
	"net/http"

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

// setReady tells clients and balancers whether to send calls here.
func (h *healthService) setReady(ready bool) {
	status := healthpb.HealthCheckResponse_NOT_SERVING
	if ready {
		status = healthpb.HealthCheckResponse_SERVING
	}
	for _, name := range h.ready {
		h.SetServingStatus(name, status)
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
