package kafka

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

// clientOf returns a client of the brokers, and the gauge that says whether it reaches them.
func clientOf(t *testing.T, brokers ...string) (*Client, prometheus.Gauge) {
	t.Helper()
	connected := prometheus.NewGauge(prometheus.GaugeOpts{Name: "connected", Help: "Whether it is."})
	c, err := New(Options{ClientID: "orders", Brokers: brokers, Logger: slog.New(slog.DiscardHandler), Connected: connected})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, connected
}

func TestSendIsConfirmed(t *testing.T) {
	broker, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, "topic"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	c, connected := clientOf(t, broker.ListenAddrs()...)
	sent := messaging.Record{Topic: "topic", Key: "key", Data: []byte("data"), Headers: []messaging.Header{{Name: "ce_id", Value: "1"}}}
	if err := c.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); testutil.ToFloat64(connected) != 1; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("the client is not connected")
		}
	}

	reader, err := kgo.NewClient(append(c.Opts, kgo.ConsumeTopics("topic"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	got := reader.PollFetches(t.Context()).Records()[0]
	if string(got.Key) != "key" || string(got.Value) != "data" || len(got.Headers) != 1 || string(got.Headers[0].Value) != "1" {
		t.Errorf("the topic has %+v, want %+v", got, sent)
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	c, connected := clientOf(t, "127.0.0.1:1") // where nothing listens
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := c.Send(ctx, messaging.Record{Topic: "topic"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Send returned %v", err)
	}
	if testutil.ToFloat64(connected) != 0 {
		t.Error("a broker is connected that is not there")
	}
}
