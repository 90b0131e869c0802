package grpcserver

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func TestReadinessFollowsItsChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		cfg := settings()
		f := start(t, cfg, probe{unary: succeed}, WithReadiness("store", func(ctx context.Context) error {
			if !up.Load() {
				return hang(ctx)
			}
			return nil
		}), WithReadiness("cache", succeed))
		want := func(ready bool) {
			t.Helper()
			status, code, passes := healthpb.HealthCheckResponse_NOT_SERVING, http.StatusServiceUnavailable, "0"
			if ready {
				status, code, passes = healthpb.HealthCheckResponse_SERVING, http.StatusOK, "1"
			}
			synctest.Wait()
			wantHealth(t, f, "test.Probe", status)
			wantHealth(t, f, liveness, healthpb.HealthCheckResponse_SERVING)
			if got, body := f.get(t, "/readyz"); got != code || strings.Contains(body, "store") == ready || strings.Contains(body, "cache") {
				t.Errorf("/readyz is %d %q", got, body)
			}
			wantMetrics(t, f, `grpc_server_readiness_check_passes{check="store"} `+passes+"\n")
		}

		time.Sleep(checkTimeout + time.Minute) // the first check has to succeed
		want(false)
		wantCode(t, f.call(t.Context(), 0), codes.Unavailable)
		up.Store(true)
		time.Sleep(checkInterval + checkTimeout)
		want(true)

		up.Store(false)
		time.Sleep(checksInARow*(checkInterval+checkTimeout) - checkTimeout - checkInterval)
		want(true)
		time.Sleep(checkInterval + checkTimeout)
		want(false)
		wantCode(t, f.call(t.Context(), 0), codes.OK) // of who does not ask for its health

		up.Store(true)
		time.Sleep(checksInARow * (checkInterval + checkTimeout))
		want(true)

		began := time.Now()
		f.stop()
		synctest.Wait()
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_NOT_SERVING)
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay)
		if f.err != nil {
			t.Error(f.err)
		}
	})
}

func TestFewerFailuresThanThreeChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		f := start(t, settings(), probe{}, WithReadiness("store", func(context.Context) error {
			if runs++; runs%checksInARow != 1 {
				return errors.New("busy")
			}
			return nil
		}))
		time.Sleep(time.Minute)
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)
		if failed := f.entries(t, "a readiness check fails"); len(failed) > 0 {
			t.Errorf("the log has %v", failed)
		}
	})
}

func TestChecksOfOneNameAreAnError(t *testing.T) {
	if _, err := New(settings(), WithReadiness("store", succeed), WithReadiness("store", succeed)); err == nil || !strings.Contains(err.Error(), `"store"`) {
		t.Errorf("New returned %v, want an error that names the check", err)
	}
}

func TestOneCheckRunsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		end := make(chan struct{})
		defer close(end)
		f := start(t, settings(), probe{}, WithReadiness("store", func(context.Context) error {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			<-end // whatever its context says
			return nil
		}))
		time.Sleep(time.Hour)
		if most.Load() != 1 {
			t.Errorf("%d checks run at the same time", most.Load())
		}
		if warnings := f.entries(t, "a readiness check fails"); len(warnings) != 1 {
			t.Errorf("the log says %d times that the check fails, want once", len(warnings))
		}
	})
}
