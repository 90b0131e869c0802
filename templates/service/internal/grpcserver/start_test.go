package grpcserver

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// noHTTP makes an HTTP server that has nothing.
func noHTTP(Dial) (*http.Server, error) { return &http.Server{Handler: http.NotFoundHandler()}, nil }

func TestRunServesOnItsPorts(t *testing.T) {
	logs, w := io.Pipe()
	cfg := settings()
	cfg.DrainDelay = 0
	cfg.HTTP = noHTTP
	cfg.PprofAddress = "127.0.0.1:0"
	cfg.Logger = slog.New(slog.NewJSONHandler(w, nil))
	srv, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- srv.Run(ctx) }()

	var serving struct{ Msg, GRPC, HTTP, Admin string }
	if err := json.NewDecoder(logs).Decode(&serving); err != nil || serving.Msg != "serving" {
		t.Fatalf("the log begins with %+v (%v)", serving, err)
	}
	go func() { _, _ = io.Copy(io.Discard, logs) }()

	conn, err := grpc.NewClient(serving.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	wantCode(t, err, codes.OK)
	for url, want := range map[string]int{serving.Admin + "/readyz": http.StatusOK, serving.HTTP: http.StatusNotFound} {
		resp, err := http.Get("http://" + url)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s is %s, want %d", url, resp.Status, want)
		}
	}

	stop()
	if err := <-stopped; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestErrorsOfPartsAreReturned(t *testing.T) {
	broken := errors.New("broken")
	for name, breakIt := range map[string]func(*Config){
		"services": func(cfg *Config) { cfg.Register = func(grpc.ServiceRegistrar) error { return broken } },
		"HTTP":     func(cfg *Config) { cfg.HTTP = func(Dial) (*http.Server, error) { return nil, broken } },
	} {
		cfg := settings()
		breakIt(&cfg)
		if _, err := New(cfg); !errors.Is(err, broken) {
			t.Errorf("%s: New returned %v, want %v", name, err, broken)
		}
	}
}

func TestMetricsThatAreTakenAreAnError(t *testing.T) {
	cfg := settings()
	if _, err := New(cfg); err != nil {
		t.Fatal(err)
	}
	if _, err := New(cfg); err == nil {
		t.Error("two servers have the same metrics")
	}
}

func TestServerThatFailsEndsRun(t *testing.T) {
	srv, err := New(settings())
	if err != nil {
		t.Fatal(err)
	}
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = port.Close()
	if err := srv.Serve(t.Context(), Listeners{GRPC: port, Admin: port}); err == nil {
		t.Error("Serve returned nil, and its port is closed")
	}
}

func TestPortThatIsTakenIsAnError(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()

	for variable, take := range map[string]func(*Config, string){
		"GRPC_ADDRESS":  func(cfg *Config, address string) { cfg.GRPCAddress = address },
		"HTTP_ADDRESS":  func(cfg *Config, address string) { cfg.HTTPAddress = address },
		"ADMIN_ADDRESS": func(cfg *Config, address string) { cfg.AdminAddress = address },
		"PPROF_ADDRESS": func(cfg *Config, address string) { cfg.PprofAddress = address },
	} {
		cfg := settings()
		cfg.HTTP = noHTTP
		take(&cfg, taken.Addr().String())
		srv, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := srv.Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), variable) {
			t.Errorf("Run returned %v, want an error that names %s", err, variable)
		}
	}
}
