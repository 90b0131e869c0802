package grpcserver

import (
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
)

func TestIdleConnectionsMayPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{unary: succeed})
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		time.Sleep(10 * time.Minute)
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		wantDialed(t, f, 1)
	})
}

func TestConnectionsAreRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.MaxConnectionAge = time.Minute
		f := start(t, cfg, probe{unary: succeed})
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		time.Sleep(2 * cfg.MaxConnectionAge)
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		wantDialed(t, f, 2)
	})
}

func wantDialed(t *testing.T, f *fixture, want int32) {
	t.Helper()
	if got := f.dialed.Load(); got != want {
		t.Errorf("the client has connected %d times, want %d", got, want)
	}
}
