package etcd

import (
	"context"
	"sync"
	"testing"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// fakeCluster is a cluster of one member in memory.
type fakeCluster struct {
	clientv3.KV
	clientv3.Lease
	clientv3.Watcher

	mu       sync.Mutex
	revision int64
	keys     map[string]string
	leases   int              // that were granted
	revoked  clientv3.LeaseID // the latest
	alive    chan *clientv3.LeaseKeepAliveResponse
	events   chan clientv3.WatchResponse
}

func newFakeCluster() *fakeCluster {
	return &fakeCluster{
		revision: 10,
		keys:     map[string]string{},
		alive:    make(chan *clientv3.LeaseKeepAliveResponse),
		events:   make(chan clientv3.WatchResponse),
	}
}

func (c *fakeCluster) connect(ctx context.Context, _ Config) (*clientv3.Client, error) {
	client := clientv3.NewCtxClient(ctx)
	client.KV, client.Lease, client.Watcher = c, c, c
	return client, nil
}

func (c *fakeCluster) Close() error { return nil }

func (c *fakeCluster) Put(_ context.Context, key, value string, _ ...clientv3.OpOption) (*clientv3.PutResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revision++
	c.keys[key] = value
	return &clientv3.PutResponse{Header: &pb.ResponseHeader{Revision: c.revision}}, nil
}

func (c *fakeCluster) Get(context.Context, string, ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	resp := &clientv3.GetResponse{Header: &pb.ResponseHeader{Revision: c.revision}}
	for key, value := range c.keys {
		resp.Kvs = append(resp.Kvs, &mvccpb.KeyValue{Key: []byte(key), Value: []byte(value), ModRevision: c.revision})
	}
	return resp, nil
}

func (c *fakeCluster) Grant(context.Context, int64) (*clientv3.LeaseGrantResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leases++
	return &clientv3.LeaseGrantResponse{ID: clientv3.LeaseID(c.leases)}, nil
}

func (c *fakeCluster) KeepAlive(context.Context, clientv3.LeaseID) (<-chan *clientv3.LeaseKeepAliveResponse, error) {
	return c.alive, nil
}

func (c *fakeCluster) Revoke(_ context.Context, lease clientv3.LeaseID) (*clientv3.LeaseRevokeResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if int(lease) > c.leases || lease == c.revoked {
		return nil, rpctypes.ErrLeaseNotFound
	}
	c.revoked = lease
	clear(c.keys)
	return &clientv3.LeaseRevokeResponse{}, nil
}

func (c *fakeCluster) Watch(context.Context, string, ...clientv3.OpOption) clientv3.WatchChan {
	return c.events
}

// set stores a key without an event, as of the revision.
func (c *fakeCluster) set(revision int64, key, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revision, c.keys[key] = revision, value
}

// send lets the watch see the events.
func (c *fakeCluster) send(t *testing.T, events ...*clientv3.Event) {
	t.Helper()
	select {
	case c.events <- clientv3.WatchResponse{Events: events}:
	case <-time.After(time.Minute):
		t.Fatal("nobody watches")
	}
}
