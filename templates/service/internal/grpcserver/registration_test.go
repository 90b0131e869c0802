package grpcserver

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"
)

// fakeRegistrar writes down what it is asked for, and the server's readiness at that moment.
type fakeRegistrar struct {
	srv   *Server
	asked []string
}

func (r *fakeRegistrar) Start(address string) { r.note("start " + address) }

func (r *fakeRegistrar) Stop() { r.note("stop") }

func (r *fakeRegistrar) note(what string) {
	resp, _ := r.srv.health.Check(context.Background(), &healthpb.HealthCheckRequest{Service: readiness})
	r.asked = append(r.asked, what+" "+resp.GetStatus().String())
}

func TestRegisteredAfterReadyAndUntilNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registrar := &fakeRegistrar{}
		cfg := settings()
		cfg.Registrar = registrar
		cfg.Advertised = func(bound net.Addr) (string, error) {
			return "orders-1 at " + bound.String(), nil
		}
		f := newFixture(t, cfg, probe{unary: succeed})
		registrar.srv = f.srv
		f.serve(t)
		synctest.Wait()
		wantAsked(t, registrar, "start orders-1 at bufconn SERVING")

		f.stop()
		synctest.Wait()
		wantAsked(t, registrar, "start orders-1 at bufconn SERVING", "stop NOT_SERVING")
		wantCode(t, f.call(t.Context(), 0), codes.OK) // callers learn of it while the drain delay runs
	})
}

func TestAddressThatCallersCannotReachIsAnError(t *testing.T) {
	unreachable := errors.New("ADVERTISE_ADDRESS: missing")
	cfg := settings()
	cfg.Registrar = &fakeRegistrar{}
	cfg.Advertised = func(net.Addr) (string, error) { return "", unreachable }
	srv, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := Listeners{GRPC: bufconn.Listen(1), Admin: bufconn.Listen(1)}
	if err := srv.Serve(t.Context(), l); !errors.Is(err, unreachable) {
		t.Errorf("Serve returned %v, want %v", err, unreachable)
	}
	for _, listener := range []net.Listener{l.GRPC, l.Admin} {
		if _, err := listener.Accept(); err == nil {
			t.Error("a port is still open")
		}
	}
}

func wantAsked(t *testing.T, registrar *fakeRegistrar, want ...string) {
	t.Helper()
	if !slices.Equal(registrar.asked, want) {
		t.Errorf("the registrar was asked for %q, want %q", registrar.asked, want)
	}
}
