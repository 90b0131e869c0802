package grpcserver

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/test/bufconn"
)

func TestBackgroundWorkOutlastsTheCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		cfg := settings()
		lost := errors.New("lost")
		f := start(t, cfg, probe{unary: func(context.Context) error {
			time.Sleep(cfg.DrainDelay + time.Second)
			seen.note("called")
			return nil
		}},
			WithStop(seen.takes("stop", 0)),
			WithBackground("poller", hang),
			WithBackground("relay", func(ctx context.Context) error {
				seen.note("work")
				<-ctx.Done()
				seen.note("end")
				time.Sleep(time.Second)
				seen.note("ended")
				return lost
			}))
		go func() { _ = f.call(t.Context(), 0) }()
		synctest.Wait()
		began := time.Now()
		f.stop()
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+2*time.Second)
		if f.err != nil {
			t.Error(f.err)
		}
		seen.want(t, "work", "called", "end", "ended", "stop")
		if failed := f.entries(t, "the stop failed"); len(failed) != 1 || failed[0]["of"] != "relay" || failed[0]["error"] != "lost" {
			t.Errorf("the log has %v, want the error of the relay alone", failed)
		}
	})
}

func TestBackgroundWorkThatEndsEndsTheServer(t *testing.T) {
	for want, work := range map[string]func(context.Context) error{
		"background work relay: broken":                              func(context.Context) error { return errors.New("broken") },
		"background work relay: it returned while the server serves": succeed,
		"background work relay: panic: mine\n":                       func(context.Context) error { panic("mine") },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, settings(), probe{}, WithBackground("relay", func(ctx context.Context) error {
				time.Sleep(time.Minute)
				return work(ctx)
			}))
			began := time.Now()
			<-f.stopped
			wantElapsed(t, began, time.Minute+settings().DrainDelay)
			if f.err == nil || !strings.HasPrefix(f.err.Error(), want) {
				t.Errorf("Serve returned %v, want %q", f.err, want)
			}
			if failed := f.entries(t, "the stop failed"); len(failed) > 0 {
				t.Errorf("the log has %v too", failed)
			}
		})
	}
}

func TestBackgroundWorkThatFailsEndsTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{}, WithBackground("relay", func(context.Context) error {
			time.Sleep(time.Second)
			return errors.New("broken")
		}), WithReadiness("store", hang))
		began := time.Now()
		<-f.stopped
		wantElapsed(t, began, time.Second)
		if f.err == nil || f.err.Error() != "background work relay: broken" {
			t.Errorf("Serve returned %v", f.err)
		}
	})
}

func TestBackgroundWorkThatFailsInTheStopIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		fails := func(after time.Duration) func(context.Context) error {
			return func(context.Context) error {
				time.Sleep(after)
				return errors.New("disk full")
			}
		}
		f := start(t, cfg, probe{}, WithBackground("relay", fails(time.Minute)), WithBackground("poller", fails(time.Minute+1)))
		time.Sleep(time.Minute - cfg.DrainDelay/2)
		f.stop()
		<-f.stopped
		if f.err == nil || f.err.Error() != "background work relay: disk full" {
			t.Errorf("Serve returned %v", f.err)
		}
		if failed := f.entries(t, "the stop failed"); len(failed) != 1 || failed[0]["of"] != "poller" {
			t.Errorf("the log has %v, want the error of the poller", failed)
		}
	})
}

func TestBackgroundWorkDoesNotBeginInAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen journal
		name, work := seen.takes("work", 0)
		f := newFixture(t, settings(), probe{}, WithBackground(name, work))
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := f.srv.Serve(ctx, Listeners{GRPC: bufconn.Listen(1), HTTP: bufconn.Listen(1), Admin: bufconn.Listen(1)}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		seen.want(t)
	})
}
