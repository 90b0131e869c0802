package grpcserver

import (
	"strings"
	"testing"
	"testing/synctest"

	"log/slog"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func TestDeprecatedCallsAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		var logs strings.Builder
		logger := slog.New(slog.NewTextHandler(&logs, nil))
		options, err := ReportDeprecated([]string{"/test.Probe/Unary", "/test.Probe/Stream"}, logger, cfg.Metrics)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Options = options
		f := start(t, cfg, probe{unary: succeed, stream: greet})
		for range 2 {
			wantCode(t, f.call(t.Context(), 0), codes.OK)
			f.open(t)
		}
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)
		for _, method := range []string{"Unary", "Stream"} {
			wantMetrics(t, f, `grpc_server_deprecated_calls_total{grpc_method="`+method+`",grpc_service="test.Probe"} 2`)
			line := `level=WARN msg="deprecated RPC called" method=/test.Probe/` + method + " peer=bufconn\n"
			if strings.Count(logs.String(), line) != 1 {
				t.Errorf("the log has no one line %q:\n%s", line, &logs)
			}
		}
		if strings.Count(logs.String(), "\n") != 2 {
			t.Errorf("the log has\n%s", &logs)
		}
	})
}
