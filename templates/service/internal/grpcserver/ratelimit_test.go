package grpcserver

import (
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func TestRequestsBeyondTheRateAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.Allow = rate.NewLimiter(10, 2).Allow
		f := start(t, cfg, probe{unary: succeed})

		wantCode(t, f.call(t.Context(), 0), codes.OK)
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		wantCode(t, f.call(t.Context(), 0), codes.ResourceExhausted)
		wantMetrics(t, f, "grpc_server_refused_total{limit=\"rate\"} 1\n")
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)

		time.Sleep(100 * time.Millisecond)
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		wantCode(t, f.call(t.Context(), 0), codes.ResourceExhausted)
	})
}
