package kafkagroup

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/msgen/msgen/templates/service/internal/events/kafka"
	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

// cluster runs a broker in this process, and returns a client of it.
func cluster(t *testing.T) *kafka.Client {
	t.Helper()
	broker, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, "topic"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	c, err := kafka.New(kafka.Options{
		Brokers:   broker.ListenAddrs(),
		Logger:    slog.New(slog.DiscardHandler),
		Connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "connected", Help: "Whether it is."}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// until waits for what has to come.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for began := time.Now(); !happened(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("it did not happen: " + what)
		}
	}
}

// reading is a receiver at work.
type reading struct {
	stop    context.CancelFunc
	stopped chan struct{}
	lag     *prometheus.GaugeVec

	mu  sync.Mutex
	got map[string][]string // the data of the records by key, in the order in which they came
}

func read(t *testing.T, c *kafka.Client, handle func(messaging.Record) bool) *reading {
	t.Helper()
	lag := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "lag", Help: "Records that wait."}, []string{"topic"})
	ctx, stop := context.WithCancel(context.Background())
	r := &reading{stop: stop, stopped: make(chan struct{}), lag: lag, got: map[string][]string{}}
	receiver := New(Options{
		Client:        c,
		Subscriptions: []messaging.Subscription{{Topic: "topic", Group: "group"}},
		HandleTimeout: time.Second,
		Logger:        slog.New(slog.DiscardHandler),
		Lag:           lag,
	})
	go func() {
		defer close(r.stopped)
		receiver.Receive(ctx, context.Background(), func(_, _ context.Context, got messaging.Record) bool {
			if !handle(got) {
				return false
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.got[got.Key] = append(r.got[got.Key], string(got.Data))
			return true
		})
	}()
	t.Cleanup(r.end)
	return r
}

func (r *reading) end() {
	r.stop()
	<-r.stopped
}

func (r *reading) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, of := range r.got {
		n += len(of)
	}
	return n
}

func sendAll(t *testing.T, c *kafka.Client, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := c.Send(t.Context(), messaging.Record{Topic: "topic", Key: strconv.Itoa(i % 5), Data: fmt.Appendf(nil, "%04d", i)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGroupKeepsTheOrderOfAKey(t *testing.T) {
	c := cluster(t)
	sendAll(t, c, 0, 50)
	r := read(t, c, func(messaging.Record) bool { return true })
	sendAll(t, c, 50, 100)
	until(t, "all records came", func() bool { return r.count() >= 100 })
	for key, got := range r.got {
		for i := 1; i < len(got); i++ {
			if got[i] <= got[i-1] {
				t.Errorf("the records of key %s came in the order %v", key, got)
			}
		}
	}
	r.end()
	after := read(t, c, func(messaging.Record) bool { return true })
	sendAll(t, c, 100, 101)
	until(t, "the next record came", func() bool { return after.count() > 0 })
	if after.count() > 1 {
		t.Errorf("%d records came again that were done with", after.count()-1)
	}
}

func TestGroupHandsOverAgainWhatIsNotDoneWith(t *testing.T) {
	c := cluster(t)
	sendAll(t, c, 0, 10)
	refused := make(chan struct{}, 10)
	first := read(t, c, func(messaging.Record) bool {
		refused <- struct{}{}
		return false
	})
	<-refused
	first.end()
	second := read(t, c, func(messaging.Record) bool { return true })
	until(t, "all records came", func() bool { return second.count() == 10 })
}

func TestGroupSharesItsPartitions(t *testing.T) {
	c := cluster(t)
	one := read(t, c, func(messaging.Record) bool { return true })
	two := read(t, c, func(messaging.Record) bool { return true })
	sent := 0
	until(t, "both members get records", func() bool {
		sendAll(t, c, sent, sent+5)
		sent += 5
		return one.count() > 0 && two.count() > 0
	})
	until(t, "all records came", func() bool { return one.count()+two.count() >= sent })
	one.end()
	sendAll(t, c, sent, sent+5)
	until(t, "the member that is left gets all", func() bool { return one.count()+two.count() >= sent+5 })
}
