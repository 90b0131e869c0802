package grpcserver

import (
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
)

// fakeConsumer is a consumer whose stop lasts as long as work.
type fakeConsumer struct {
	work    time.Duration
	started bool
	stopped time.Time
	within  time.Duration
}

func (c *fakeConsumer) Start() { c.started = true }

func (c *fakeConsumer) Stop(within time.Duration) {
	c.stopped, c.within = time.Now(), within
	time.Sleep(c.work)
}

func TestConsumerStopsWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		consumer := &fakeConsumer{work: cfg.DrainDelay + 2*time.Second}
		cfg.Consumer = consumer
		f := start(t, cfg, probe{unary: succeed})
		if !consumer.started {
			t.Error("no events are handled while the server serves")
		}
		began := time.Now()
		f.stop()
		time.Sleep(cfg.DrainDelay / 2)
		synctest.Wait()
		if consumer.stopped != began || consumer.within != cfg.GracefulTimeout {
			t.Errorf("the consumer stops at %v within %v, want %v and %v", consumer.stopped, consumer.within, began, cfg.GracefulTimeout)
		}
		wantCode(t, f.call(t.Context(), 0), codes.OK) // calls are answered while it does
		<-f.stopped
		wantElapsed(t, began, consumer.work)
	})
}

// Stops have time however long events take.
func TestConsumerLeavesTimeForStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.DrainDelay = 0
		consumer := &fakeConsumer{}
		cfg.Consumer = consumer
		f := start(t, cfg, probe{}, WithStop("store", succeed))
		f.stop()
		<-f.stopped
		if want := cfg.GracefulTimeout - cfg.GracefulTimeout/20; consumer.within != want {
			t.Errorf("the consumer stops within %v, want %v", consumer.within, want)
		}
	})
}
