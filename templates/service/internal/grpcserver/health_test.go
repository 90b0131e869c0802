package grpcserver

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
)

func TestHealthIsKnownByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{})
		names := []string{"test.Probe", readiness}
		for _, name := range append(names, liveness) {
			wantHealth(t, f, name, healthpb.HealthCheckResponse_SERVING)
		}
		wantHTTP(t, f, "/readyz", http.StatusOK)
		wantHTTP(t, f, "/healthz", http.StatusOK)

		f.stop()
		synctest.Wait()
		for _, name := range names {
			wantHealth(t, f, name, healthpb.HealthCheckResponse_NOT_SERVING)
		}
		wantHealth(t, f, liveness, healthpb.HealthCheckResponse_SERVING)
	})
}

func TestReflectionListsTheServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{})
		stream, err := reflectionpb.NewServerReflectionClient(f.conn).ServerReflectionInfo(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list := &reflectionpb.ServerReflectionRequest_ListServices{}
		if err := stream.Send(&reflectionpb.ServerReflectionRequest{MessageRequest: list}); err != nil {
			t.Fatal(err)
		}
		resp, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		var listed []string
		for _, service := range resp.GetListServicesResponse().GetService() {
			listed = append(listed, service.GetName())
		}
		if !slices.Contains(listed, "test.Probe") {
			t.Errorf("reflection lists %q, which lacks test.Probe", listed)
		}
	})
}

func wantHealth(t *testing.T, f *fixture, name string, want healthpb.HealthCheckResponse_ServingStatus) {
	t.Helper()
	resp, err := healthpb.NewHealthClient(f.conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: name})
	wantCode(t, err, codes.OK)
	if resp.GetStatus() != want {
		t.Errorf("health of %q is %v, want %v", name, resp.GetStatus(), want)
	}
}
