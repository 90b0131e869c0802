package etcd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/discovery"
)

// NewResolver returns a resolver of the instances that are registered under the name of the service.
func NewResolver(cfg Config, service string) resolver.Builder {
	return discovery.New("etcd", source{cfg, directory(cfg.Prefix, service), connect})
}

// source is where the keys of the instances are.
type source struct {
	cfg     Config
	path    string
	connect func(context.Context, Config) (*clientv3.Client, error)
}

// Follow lists the instances and watches for changes. It lists them again once in a time to live, as a watch does not
// see everything: after the cluster has lost its data, it waits for a revision that may be far away.
func (s source) Follow(ctx context.Context, found func([]discovery.Instance), _ <-chan struct{}) error {
	client, err := s.connect(ctx, s.cfg)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()

	known, err := s.list(ctx, client)
	if err != nil {
		return err
	}
	found(known.all())
	events := client.Watch(ctx, s.path, clientv3.WithPrefix(), clientv3.WithRev(known.revision+1))
	again := time.NewTicker(s.cfg.TTL)
	defer again.Stop()
	for {
		select {
		case resp, ok := <-events:
			if !ok {
				return errors.New("etcd: the watch ended")
			}
			if err := resp.Err(); err != nil {
				return explain(err, s.cfg.Username, s.right())
			}
			known.apply(resp.Events)
		case <-again.C:
			listed, err := s.list(ctx, client)
			if err != nil {
				return err
			}
			if listed.revision < known.revision {
				return errors.New("etcd: the cluster has lost its data")
			}
			known = listed
		}
		found(known.all())
	}
}

func (s source) list(ctx context.Context, client *clientv3.Client) (*instances, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	resp, err := client.Get(ctx, s.path, clientv3.WithPrefix())
	if err != nil {
		return nil, explain(err, s.cfg.Username, s.right())
	}
	listed := &instances{revision: resp.Header.GetRevision(), byKey: map[string]discovery.Instance{}}
	for _, kv := range resp.Kvs {
		listed.put(kv.Key, kv.Value)
	}
	return listed, nil
}

// right is what the user needs.
func (s source) right() string {
	return fmt.Sprintf("read of the keys that begin with %q", s.path)
}

// instances are the instances that etcd holds.
type instances struct {
	revision int64 // of the cluster when they were listed
	byKey    map[string]discovery.Instance
}

// apply takes in what has changed since the list was made; events that are older are part of it already.
func (i *instances) apply(events []*clientv3.Event) {
	for _, event := range events {
		switch {
		case event.Kv.ModRevision <= i.revision:
		case event.Type == clientv3.EventTypeDelete:
			delete(i.byKey, string(event.Kv.Key))
		default:
			i.put(event.Kv.Key, event.Kv.Value)
		}
	}
}

// put takes in the instance that is stored as value, if it is one.
func (i *instances) put(key, value []byte) {
	record, err := decode(value)
	if err != nil {
		delete(i.byKey, string(key))
		return
	}
	i.byKey[string(key)] = discovery.Instance{Address: record.Addr, Metadata: record.Metadata}
}

func (i *instances) all() []discovery.Instance { return slices.Collect(maps.Values(i.byKey)) }
