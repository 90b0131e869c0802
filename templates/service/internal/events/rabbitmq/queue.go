package rabbitmq

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/msgen/msgen/templates/service/internal/backoff"
	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

const (
	prefetch      = 128  // events that the broker hands over before one of them is acknowledged
	lanesAtOnce   = 16   // events that are handled at the same time, all of different keys
	deliveryLimit = 1000 // deliveries after which the broker itself makes a dead letter of an event that ends its process
	measureEvery  = 5 * time.Second
)

// Receiver reads the queue of each subscription. NewReceiver makes it.
//
// A queue has one active consumer at a time, so that the order of a key holds among all instances: one instance
// handles the events of a group, and another takes over when it ends or loses its connection.
type Receiver struct {
	client        *Client
	subscriptions []messaging.Subscription
	lag           *prometheus.GaugeVec
}

// NewReceiver returns a Receiver of the subscriptions. It sets the lag of each topic: what waits in the queue, and what
// is handled here.
func NewReceiver(client *Client, subscriptions []messaging.Subscription, lag *prometheus.GaugeVec) *Receiver {
	return &Receiver{client, subscriptions, lag}
}

// Receive implements messaging.Receiver.
func (r *Receiver) Receive(stopping, ctx context.Context, handle messaging.HandleFunc) {
	var reading sync.WaitGroup
	for _, s := range r.subscriptions {
		q := &queue{Subscription: s, name: s.Topic + "." + s.Group, client: r.client, logger: r.client.options.Logger, handle: handle}
		reading.Go(func() { q.run(stopping, ctx) })
		reading.Go(func() { q.measure(stopping, r.lag.WithLabelValues(s.Topic)) })
	}
	reading.Wait()
}

// queue is the queue of a group for a topic.
type queue struct {
	messaging.Subscription

	name     string
	client   *Client
	logger   *slog.Logger
	handle   messaging.HandleFunc
	inFlight atomic.Int64 // events that were handed over and are not acknowledged
}

// run reads until stopping is done, over one connection after the other.
func (q *queue) run(stopping, ctx context.Context) {
	pause := backoff.New(dialPause, dialLongest)
	for stopping.Err() == nil {
		conn, err := q.client.connection(stopping)
		if err != nil {
			return
		}
		began := time.Now()
		if err := q.consume(stopping, ctx, conn); err != nil && stopping.Err() == nil {
			q.logger.Warn("events cannot be read", "queue", q.name, "error", err)
		}
		if time.Since(began) > dialLongest {
			pause.Reset()
		}
		pause.Wait(stopping)
	}
}

// consume reads over one connection, and returns when nothing of it is being handled any more.
func (q *queue) consume(stopping, ctx context.Context, conn *amqp.Connection) error {
	channel, err := conn.Channel()
	if err != nil {
		return err
	}
	defer channel.Close() // which hands what is not acknowledged over again
	closed := channel.NotifyClose(make(chan *amqp.Error, 1))
	if err := q.declare(channel); err != nil {
		return err
	}
	if err := channel.Qos(prefetch, 0, false); err != nil {
		return err
	}
	deliveries, err := channel.Consume(q.name, "", false, false, false, false, nil)
	if err != nil {
		return err
	}
	stopping, stop := context.WithCancel(stopping)
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	handling := newLanes(lanesAtOnce, prefetch)
	defer handling.wait()
	defer stop()
	for {
		select {
		case <-stopping.Done():
			return nil
		case d, ok := <-deliveries:
			if !ok { // another may get what is being handled here
				stop()
				cut()
				return fmt.Errorf("%w: %w", errLost, <-closed)
			}
			received := q.record(d)
			q.inFlight.Add(1)
			handling.add(cmp.Or(received.Key, received.Get(Attributes+"id")), func() {
				defer q.inFlight.Add(-1)
				if q.handle(stopping, ctx, received) {
					_ = d.Ack(false) // where it does not arrive, the event comes again
				}
			})
		}
	}
}

// declare makes the topic with the group's queue, and the dead letters with theirs.
func (q *queue) declare(channel *amqp.Channel) error {
	dead := q.DeadLetters()
	for _, queue := range []struct {
		topic, name string
		args        amqp.Table
	}{
		{dead, dead, amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeQuorum}},
		{q.Topic, q.name, amqp.Table{
			amqp.QueueTypeArg:            amqp.QueueTypeQuorum,
			amqp.SingleActiveConsumerArg: true,
			"x-delivery-limit":           deliveryLimit,
			"x-dead-letter-exchange":     dead,
		}},
	} {
		if err := declareTopic(channel, queue.topic); err != nil {
			return err
		}
		if _, err := channel.QueueDeclare(queue.name, true, false, false, false, queue.args); err != nil {
			return err
		}
		if err := channel.QueueBind(queue.name, "", queue.topic, false, nil); err != nil {
			return err
		}
	}
	return nil
}

// measure sets the lag: what waits in the queue, and what is handled here.
func (q *queue) measure(stopping context.Context, lag prometheus.Gauge) {
	pause := backoff.New(measureEvery, measureEvery)
	for stopping.Err() == nil {
		if conn, err := q.client.connection(stopping); err == nil {
			if waiting, err := q.waiting(conn); err == nil {
				lag.Set(float64(waiting) + float64(q.inFlight.Load()))
			}
		}
		pause.Wait(stopping)
	}
}

func (q *queue) waiting(conn *amqp.Connection) (int, error) {
	channel, err := conn.Channel()
	if err != nil {
		return 0, err
	}
	defer channel.Close()
	queue, err := channel.QueueDeclarePassive(q.name, true, false, false, false, nil)
	return queue.Messages, err
}

func (q *queue) record(d amqp.Delivery) messaging.Record {
	r := messaging.Record{Topic: q.Topic, Data: d.Body, Headers: []messaging.Header{
		{Name: messaging.ContentTypeHeader, Value: d.ContentType},
	}}
	for name, value := range d.Headers {
		if text, ok := value.(string); ok {
			r.Headers = append(r.Headers, messaging.Header{Name: name, Value: text})
		}
	}
	r.Key = r.Get(Attributes + "partitionkey")
	return r
}
