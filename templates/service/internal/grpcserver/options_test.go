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
		if got := f.dialed.Load(); got != 1 {
			t.Errorf("the client has connected %d times, want once", got)
		}
	})
}
