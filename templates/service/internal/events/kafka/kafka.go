// Package kafka sends records to a Kafka cluster.
package kafka

import (
	"context"
	"crypto/tls"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/msgen/msgen/templates/service/internal/backoff"
	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

// Attributes is what the headers of CloudEvents begin with, by the binding of their protocol to Kafka's,
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md.
const Attributes = "ce_"

const (
	watchEvery   = 5 * time.Second // that the broker is asked whether it is there
	watchTimeout = 3 * time.Second // for its answer
)

// Options say where the cluster is, and as whom to talk to it.
type Options struct {
	ClientID string
	Brokers  []string    // host:port of some
	TLS      *tls.Config // nil: plain text

	Username string                 // by SCRAM-SHA-512; empty for a cluster without users
	Password func() (string, error) // asked for each connection

	Logger    *slog.Logger
	Connected prometheus.Gauge // 1 while the cluster can be reached, 0 while it cannot
}

// Client is a client of the cluster, which connects when there is something to send and again whenever that fails. New
// makes it.
type Client struct {
	Kgo  *kgo.Client // for what else is asked of the cluster
	Opts []kgo.Opt   // that other clients of the cluster have too

	end   context.CancelFunc
	ended sync.WaitGroup
}

// New returns a client, whether or not the cluster can be reached. Close it.
func New(options Options) (*Client, error) {
	opts := options.kgo()
	client, err := kgo.NewClient(append(slices.Clone(opts), kgo.ProducerLinger(0))...) // all in-sync replicas confirm, once each
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	c := &Client{Kgo: client, Opts: opts, end: end}
	c.ended.Go(func() { watch(ctx, options.Logger, options.Connected, client.Ping) })
	return c, nil
}

func (o Options) kgo() []kgo.Opt {
	opts := []kgo.Opt{
		kgo.SeedBrokers(o.Brokers...),
		kgo.ClientID(o.ClientID),
		kgo.AllowAutoTopicCreation(), // which the cluster may refuse
	}
	if o.Username != "" {
		opts = append(opts, kgo.SASL(scram.Sha512(func(context.Context) (scram.Auth, error) {
			password, err := o.Password()
			return scram.Auth{User: o.Username, Pass: password}, err
		})))
	}
	if o.TLS != nil {
		opts = append(opts, kgo.DialTLSConfig(o.TLS))
	}
	return opts
}

// watch sets connected by asking until ctx is done.
func watch(ctx context.Context, logger *slog.Logger, connected prometheus.Gauge, ask func(context.Context) error) {
	pause := backoff.New(watchEvery, watchEvery)
	var last error
	for first := true; ctx.Err() == nil; first = false {
		asking, cancel := context.WithTimeout(ctx, watchTimeout)
		err := ask(asking)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			connected.Set(0)
			if last == nil {
				logger.Warn("the broker cannot be reached", "error", err)
			}
		default:
			connected.Set(1)
			if last != nil || first {
				logger.Info("the broker is there")
			}
		}
		last = err
		pause.Wait(ctx)
	}
}

// Send publishes to the partition of the key. It returns nil once all in-sync replicas have the record.
func (c *Client) Send(ctx context.Context, r messaging.Record) error {
	sent := &kgo.Record{Topic: r.Topic, Value: r.Data}
	if r.Key != "" {
		sent.Key = []byte(r.Key)
	}
	for _, h := range r.Headers {
		sent.Headers = append(sent.Headers, kgo.RecordHeader{Key: h.Name, Value: []byte(h.Value)})
	}
	confirmed := make(chan error, 1)
	c.Kgo.Produce(ctx, sent, func(_ *kgo.Record, err error) { confirmed <- err })
	select {
	case err := <-confirmed:
		return err
	case <-ctx.Done(): // the client still waits for an answer to what it has sent
		return context.Cause(ctx)
	}
}

// Close ends the connections. Sending fails from then on.
func (c *Client) Close() {
	c.end()
	c.ended.Wait()
	c.Kgo.Close()
}
