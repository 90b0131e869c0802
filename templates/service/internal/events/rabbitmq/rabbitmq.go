// Package rabbitmq sends records to RabbitMQ and reads them from it.
package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/msgen/msgen/templates/service/internal/backoff"
	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

// Attributes is what the headers of CloudEvents begin with. AMQP 0.9.1 has no binding of its own, so that they are those
// of AMQP 1.0, which RabbitMQ translates them to,
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md.
const Attributes = "cloudEvents_"

const (
	dialTimeout  = 5 * time.Second
	closeTimeout = time.Second
	heartbeat    = 10 * time.Second
	dialPause    = 200 * time.Millisecond
	dialLongest  = 5 * time.Second
	sendChannels = 16 // events that are sent at the same time, each over a channel of its own
)

// errLost is the end of a connection, which another one may follow.
var errLost = errors.New("the connection is lost")

// Options say where RabbitMQ is, and as whom to talk to it.
type Options struct {
	Name string                 // of the connection, for people
	URL  func() (string, error) // asked for each connection; user and password stand in it

	Logger    *slog.Logger
	Connected prometheus.Gauge // 1 while there is a connection, 0 while there is none
}

// Client keeps a connection to RabbitMQ, and reconnects whenever it is lost. New makes it.
type Client struct {
	options  Options
	end      context.CancelFunc
	ended    sync.WaitGroup
	channels chan *sendChannel // free ones; nil stands for one that is not yet open

	mu      sync.Mutex
	conn    *amqp.Connection // nil while there is none
	changed chan struct{}    // closed when conn is another
}

// New returns a client, whether or not RabbitMQ can be reached. Close it.
func New(options Options) *Client {
	ctx, end := context.WithCancel(context.Background())
	c := &Client{options: options, end: end, channels: make(chan *sendChannel, sendChannels), changed: make(chan struct{})}
	for range sendChannels {
		c.channels <- nil
	}
	c.ended.Go(func() { c.keep(ctx) })
	return c
}

// keep connects until ctx is done.
func (c *Client) keep(ctx context.Context) {
	pause := backoff.New(dialPause, dialLongest)
	told := false
	for ctx.Err() == nil {
		conn, err := c.dial(ctx)
		if err != nil {
			if !told && ctx.Err() == nil {
				c.options.Logger.Warn("the broker cannot be reached", "error", err)
			}
			told = true
			pause.Wait(ctx)
			continue
		}
		c.options.Logger.Info("the broker is there")
		told = false
		pause.Reset()
		closed := conn.NotifyClose(make(chan *amqp.Error, 1))
		c.set(conn)
		c.options.Connected.Set(1)
		select {
		case <-ctx.Done():
			_ = conn.CloseDeadline(time.Now().Add(closeTimeout))
		case why := <-closed:
			c.options.Logger.Warn("the broker is gone", "error", why)
		}
		c.options.Connected.Set(0)
		c.set(nil)
	}
}

func (c *Client) dial(ctx context.Context) (*amqp.Connection, error) {
	url, err := c.options.URL()
	if err != nil {
		return nil, err
	}
	return amqp.DialConfig(url, amqp.Config{
		Heartbeat:  heartbeat,
		Properties: amqp.Table{"connection_name": c.options.Name},
		Dial: func(network, address string) (net.Conn, error) {
			dialer := net.Dialer{Timeout: dialTimeout}
			conn, err := dialer.DialContext(ctx, network, address)
			if err == nil {
				err = conn.SetDeadline(time.Now().Add(dialTimeout)) // of the handshake, after which the library takes it off
			}
			return conn, err
		},
	})
}

func (c *Client) set(conn *amqp.Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.conn, c.changed = conn, make(chan struct{})
}

// connection returns the connection, and waits for one until ctx is done.
func (c *Client) connection(ctx context.Context) (*amqp.Connection, error) {
	for {
		c.mu.Lock()
		conn, changed := c.conn, c.changed
		c.mu.Unlock()
		if conn != nil && !conn.IsClosed() {
			return conn, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("the broker cannot be reached: %w", context.Cause(ctx))
		}
	}
}

// Send publishes to the exchange that is called as the topic. Whenever the connection is lost before the broker has
// confirmed the record, it is sent again until ctx is done.
func (c *Client) Send(ctx context.Context, sent messaging.Record) error {
	for {
		confirmed := make(chan error, 1)
		go func() { confirmed <- c.sendOnce(ctx, sent) }() // writing to a broker that takes nothing heeds no context
		select {
		case err := <-confirmed:
			if !errors.Is(err, errLost) || ctx.Err() != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sendOnce sends a record over a channel that nobody else uses, so that a return is sure to be of this record.
func (c *Client) sendOnce(ctx context.Context, sent messaging.Record) (err error) {
	var channel *sendChannel
	select {
	case channel = <-c.channels:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { c.channels <- channel }()
	if channel == nil || channel.IsClosed() {
		conn, err := c.connection(ctx)
		if err != nil {
			return err
		}
		if channel, err = openSendChannel(conn); err != nil {
			return lostOr(conn, err)
		}
	}
	err = channel.send(ctx, sent)
	if err != nil && !errors.Is(err, errUnroutable) {
		conn := channel.conn
		_ = channel.Close() // a confirmation that comes late must not be taken for another record's
		channel = nil
		return lostOr(conn, err)
	}
	return err
}

// lostOr is errLost where err is because the connection is closed.
func lostOr(conn *amqp.Connection, err error) error {
	if conn.IsClosed() || errors.Is(err, amqp.ErrClosed) {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}

// errUnroutable is the answer to an event for which no queue is bound: it would be lost.
var errUnroutable = errors.New("nobody subscribes to it yet, so that the broker would lose it")

// sendChannel is a channel that confirms what is sent.
type sendChannel struct {
	*amqp.Channel

	conn     *amqp.Connection
	returned chan amqp.Return
	declared map[string]bool
}

func openSendChannel(conn *amqp.Connection) (*sendChannel, error) {
	channel, err := conn.Channel()
	if err != nil {
		return nil, err
	}
	if err := channel.Confirm(false); err != nil {
		return nil, err
	}
	return &sendChannel{channel, conn, channel.NotifyReturn(make(chan amqp.Return, 1)), map[string]bool{}}, nil
}

// send returns nil once the broker has the record in every queue that is bound, on disk.
func (c *sendChannel) send(ctx context.Context, r messaging.Record) error {
	if !c.declared[r.Topic] {
		if err := declareTopic(c.Channel, r.Topic); err != nil {
			return err
		}
		c.declared[r.Topic] = true
	}
	headers := amqp.Table{}
	for _, h := range r.Headers {
		headers[h.Name] = h.Value
	}
	delete(headers, messaging.ContentTypeHeader) // it has a place of its own
	confirmation, err := c.PublishWithDeferredConfirmWithContext(ctx, r.Topic, "", true, false, amqp.Publishing{
		DeliveryMode: amqp.Persistent,
		ContentType:  messaging.ContentType,
		Headers:      headers,
		Body:         r.Data,
	})
	if err != nil {
		return err
	}
	acked, err := confirmation.WaitContext(ctx)
	if err != nil {
		return err
	}
	select {
	case <-c.returned: // which comes before the confirmation
		return errUnroutable
	default:
	}
	if !acked {
		return errors.New("the broker has not taken it")
	}
	return nil
}

// declareTopic makes the exchange of a topic, which copies each event to the queue of each group.
func declareTopic(channel *amqp.Channel, topic string) error {
	return channel.ExchangeDeclare(topic, amqp.ExchangeFanout, true, false, false, false, nil)
}

// Close ends the connection. Sending fails from then on.
func (c *Client) Close() {
	c.end()
	c.ended.Wait()
}
