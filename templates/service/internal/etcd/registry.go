package etcd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/msgen/msgen/templates/service/internal/registry"
)

// Registry holds one key in etcd under a lease: when this process is gone, so is the key, a time to live later.
// NewRegistry makes it.
type Registry struct {
	cfg     Config
	path    string // where the keys of the service's instances begin
	connect func(context.Context, Config) (*clientv3.Client, error)
	lease   clientv3.LeaseID // of the latest registration; 0 before the first
}

// NewRegistry returns a registry of instances of the service.
func NewRegistry(cfg Config, service string) *Registry {
	return &Registry{cfg: cfg, path: directory(cfg.Prefix, service), connect: connect}
}

// Hold grants a new lease each time. A key that is still there under an older one moves to the new lease without
// going away in between, and what is left of the old lease ends by itself.
func (r *Registry) Hold(ctx context.Context, self registry.Instance, registered func()) error {
	client, err := r.connect(ctx, r.cfg)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	revision, err := r.put(ctx, client, self)
	if err != nil {
		return err
	}
	alive, err := client.KeepAlive(ctx, r.lease)
	if err != nil {
		return explain(err, r.cfg.Username, r.right())
	}
	watched, gone := make(chan struct{}), make(chan error, 1)
	go func() { gone <- r.watch(ctx, client, self, revision, watched) }()
	unwatched := time.After(requestTimeout)
	for {
		select {
		case <-watched:
			watched, unwatched = nil, nil
			registered()
		case <-unwatched:
			return errors.New("etcd: the watch of the key does not begin")
		case err := <-gone:
			return err
		case _, ok := <-alive:
			if !ok {
				return errors.New("etcd: the lease was lost")
			}
		}
	}
}

// put stores the instance under a new lease and returns the revision of the cluster that holds it.
func (r *Registry) put(ctx context.Context, client *clientv3.Client, self registry.Instance) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	lease, err := client.Grant(ctx, int64(r.cfg.TTL/time.Second))
	if err != nil {
		return 0, explain(err, r.cfg.Username, r.right())
	}
	r.lease = lease.ID
	stored := record{Addr: self.Address, Metadata: self.Metadata}
	resp, err := client.Put(ctx, r.key(self), stored.encode(), clientv3.WithLease(lease.ID))
	if err != nil {
		return 0, explain(err, r.cfg.Username, r.right())
	}
	return resp.Header.GetRevision(), nil
}

// watch closes begun, and returns the reason when the instance's key, as it was at the revision, is gone or can no
// longer be watched.
func (r *Registry) watch(
	ctx context.Context, client *clientv3.Client, self registry.Instance, revision int64, begun chan<- struct{},
) error {
	events := client.Watch(ctx, r.key(self),
		clientv3.WithRev(revision+1), clientv3.WithFilterPut(), clientv3.WithCreatedNotify())
	for resp := range events {
		if err := resp.Err(); err != nil {
			return explain(err, r.cfg.Username, r.right())
		}
		if resp.Created {
			close(begun)
		}
		if len(resp.Events) > 0 {
			return errors.New("etcd: the key was deleted")
		}
	}
	return errors.New("etcd: the watch of the key ended")
}

// Release ends the lease, and with it the key.
func (r *Registry) Release(ctx context.Context, _ registry.Instance) error {
	if r.lease == clientv3.NoLease {
		return nil
	}
	client, err := r.connect(ctx, r.cfg)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	_, err = client.Revoke(ctx, r.lease)
	if errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return nil
	}
	return explain(err, r.cfg.Username, r.right())
}

func (r *Registry) key(self registry.Instance) string { return r.path + self.Address }

// right is what the user needs: read too, for the watch of the key.
func (r *Registry) right() string {
	return fmt.Sprintf("readwrite of the keys that begin with %q", r.path)
}

// encode returns the record as it is stored.
func (r record) encode() string {
	text, _ := json.Marshal(r) // cannot fail: it holds texts and a number
	return string(text)
}
