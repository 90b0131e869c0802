package rabbitmq

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

// There is no RabbitMQ in a test; the acceptance tests have one.
func TestSendWaitsForABrokerUntilItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{
			URL:       func() (string, error) { return "", errors.New("the password cannot be read") },
			Logger:    slog.New(slog.DiscardHandler),
			Connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "connected", Help: "Whether it is."}),
		})
		defer c.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		err := c.Send(ctx, messaging.Record{Topic: "topic"})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("Send returned %v after %v", err, time.Since(began))
		}
		synctest.Wait()
	})
}

func TestDeliveryIsARecord(t *testing.T) {
	q := queue{Subscription: messaging.Subscription{Topic: "topic", Group: "group"}}
	got := q.record(amqp.Delivery{
		ContentType: "application/protobuf",
		Headers:     amqp.Table{"cloudEvents_partitionkey": "key", "x-delivery-count": int64(3)},
		Body:        []byte("data"),
	})
	want := messaging.Record{Topic: "topic", Key: "key", Data: []byte("data"), Headers: []messaging.Header{
		{Name: "content-type", Value: "application/protobuf"}, {Name: "cloudEvents_partitionkey", Value: "key"},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the record is %+v, want %+v", got, want)
	}
}
