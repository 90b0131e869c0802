package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// names are the services in the order in which they start.
var names = []string{"catalog", "inventory", "payments", "orders", "notifications", "gateway"}

// poisoned is the topic that gets an event which nobody can read, and where that ends.
const (
	poisoned    = "orders.placed"
	deadLetters = "orders.placed.notifications.dlq"
)

// shop is everything that runs.
type shop struct {
	dir      string
	broker   *kfake.Cluster
	services map[string]*process
	door     *web
}

// open builds and starts everything. What it started before an error ends with it.
func open(ctx context.Context, o options) (_ *shop, err error) {
	s := &shop{services: map[string]*process{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "shop"); err != nil {
		return nil, err
	}
	topics := []string{"orders.placed", "payments.charged", "inventory.released", deadLetters}
	if s.broker, err = kfake.NewCluster(kfake.NumBrokers(1), kfake.AllowAutoTopicCreation(), kfake.SeedTopics(3, topics...)); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o); err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := s.services[name].start(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// prepare builds the services and gives them their addresses.
func (s *shop) prepare(ctx context.Context, o options) error {
	var shared []string
	for _, name := range names {
		binary, err := build(ctx, s.dir, name)
		if err != nil {
			return err
		}
		p := &process{name: name, binary: binary, log: filepath.Join(s.dir, name+".log")}
		addresses, err := freeAddresses(3)
		if err != nil {
			return err
		}
		p.grpc, p.admin, p.http = addresses[0], addresses[1], addresses[2]
		s.services[name] = p
		shared = append(shared, strings.ToUpper(name)+"_ENDPOINTS="+p.grpc)
	}
	shared = append(shared,
		"KAFKA_BROKERS="+strings.Join(s.broker.ListenAddrs(), ","),
		"MAILBOX_FILE="+filepath.Join(s.dir, "mailboxes"),
		"RESERVATION_HOLD=3s",
		"DRAIN_DELAY=0s",
	)
	if o.trace != "" {
		shared = append(shared, "TRACING_ENDPOINT="+o.trace, "TRACING_SAMPLE_RATIO=1")
	} else {
		shared = append(shared, "TRACING_SAMPLE_RATIO=0")
	}
	for _, p := range s.services {
		p.env = append([]string{"GRPC_ADDRESS=" + p.grpc, "ADMIN_ADDRESS=" + p.admin, "HTTP_ADDRESS=" + p.http}, shared...)
	}
	s.door = &web{base: "http://" + s.services["gateway"].http}
	return nil
}

func freeAddresses(n int) (addresses []string, err error) {
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close() // it is only there to find a port
		addresses = append(addresses, listener.Addr().String())
	}
	return addresses, nil
}

// close ends everything, the callers before those that they call.
func (s *shop) close() error {
	var errs []error
	for i := range names {
		if p := s.services[names[len(names)-1-i]]; p != nil {
			errs = append(errs, p.stop())
		}
	}
	if s.broker != nil {
		s.broker.Close()
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

// poison publishes what is no event.
func (s *shop) poison() error {
	client, err := kgo.NewClient(kgo.SeedBrokers(s.broker.ListenAddrs()...))
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return client.ProduceSync(ctx, &kgo.Record{Topic: poisoned, Value: []byte("no protobuf")}).FirstErr()
}

// dead counts the dead letters of notifications.
func (s *shop) dead(ctx context.Context) (int, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(s.broker.ListenAddrs()...), kgo.ConsumeTopics(deadLetters))
	if err != nil {
		return 0, err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	fetches := client.PollFetches(ctx)
	if err := fetches.Err(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return 0, fmt.Errorf("%s: %w", deadLetters, err)
	}
	return fetches.NumRecords(), nil
}
