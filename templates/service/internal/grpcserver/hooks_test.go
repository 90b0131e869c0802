package grpcserver

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// takes is a hook that notes its name when it begins, and takes a time.
func (j *journal) takes(name string, lasts time.Duration) (string, func(context.Context) error) {
	return name, func(context.Context) error {
		j.note(name)
		time.Sleep(lasts)
		return nil
	}
}

func TestHooksRunBeforeTheFirstCallAndAfterTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		cfg := settings()
		f := start(t, cfg, probe{unary: func(context.Context) error {
			seen.note("call")
			time.Sleep(cfg.DrainDelay + time.Second)
			seen.note("called")
			return nil
		}, stream: greet},
			WithStart(seen.takes("start 1", time.Minute)), WithStop(seen.takes("stop 1", time.Second)),
			WithStart(seen.takes("start 2", time.Minute)), WithStop(seen.takes("stop 2", time.Second)))
		wantHealth(t, f, liveness, healthpb.HealthCheckResponse_SERVING)
		for range 2 {
			wantHealth(t, f, readiness, healthpb.HealthCheckResponse_NOT_SERVING)
			wantCode(t, f.call(t.Context(), 0), codes.Unavailable)
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)

		go func() { _ = f.call(t.Context(), 0) }()
		synctest.Wait()
		began := time.Now()
		f.stop()
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+3*time.Second)
		seen.want(t, "start 1", "start 2", "call", "called", "stop 2", "stop 1")
	})
}

func TestStartThatFailsEndsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		f := start(t, settings(), probe{}, WithStop(seen.takes("stop 1", 0)),
			WithStart("migrations", func(context.Context) error { panic("broken") }), WithStop(seen.takes("stop 2", 0)))
		<-f.stopped
		if f.err == nil || !strings.HasPrefix(f.err.Error(), "start of migrations: panic: broken\n") {
			t.Errorf("Serve returned %v, want an error of migrations", f.err)
		}
		seen.want(t, "stop 1")
	})
}

func TestServerCanBeStoppedWhileItStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		f := start(t, settings(), probe{}, WithStop(seen.takes("stop", 0)), WithStart("migrations", hang), WithStart(seen.takes("start", 0)))
		began := time.Now()
		f.stop()
		<-f.stopped
		wantElapsed(t, began, 0)
		if f.err != nil {
			t.Error(f.err)
		}
		seen.want(t, "stop")
	})
}

func TestStopOfHooksIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		var seen journal
		cfg := settings()
		f := start(t, cfg, probe{unary: func(context.Context) error { <-release; return nil }},
			WithStop(seen.takes("last", 0)), WithStop("first", hang))
		go func() { _ = f.call(t.Context(), 0) }()
		synctest.Wait()
		began := time.Now()
		f.stop()
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+cfg.GracefulTimeout)
		if failed := f.entries(t, "the stop failed"); len(failed) == 0 || failed[0]["of"] != "first" {
			t.Errorf("the log has %v, want the stop that lasted too long", failed)
		}
	})
}
