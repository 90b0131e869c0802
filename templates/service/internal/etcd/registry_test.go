package etcd

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/msgen/msgen/templates/service/internal/registry"
)

var self = registry.Instance{Address: "10.0.0.7:8080", Metadata: map[string]string{"zone": "a"}}

// held is a registration that runs.
type held struct {
	*Registry
	cluster    *fakeCluster
	registered bool
	ended      chan error
}

func hold(t *testing.T) *held {
	t.Helper()
	h := &held{
		Registry: NewRegistry(Config{Prefix: "/services", TTL: 10 * time.Second}, "orders"),
		cluster:  newFakeCluster(),
		ended:    make(chan error, 1),
	}
	h.connect = h.cluster.connect
	go func() {
		h.ended <- h.Hold(t.Context(), self, func() { h.registered = true })
		close(h.cluster.events) // as the watch ends with its context
	}()
	synctest.Wait()
	return h
}

// begin lets the watch begin.
func (h *held) begin() {
	h.cluster.events <- clientv3.WatchResponse{Created: true}
	synctest.Wait()
}

func TestInstanceIsHeldUnderALease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		const key, want = "/services/orders/10.0.0.7:8080", `{"Op":0,"Addr":"10.0.0.7:8080","Metadata":{"zone":"a"}}`
		if got := h.cluster.keys[key]; got != want {
			t.Errorf("stored %q, want %q", got, want)
		}
		if h.registered {
			t.Error("registered before the key is watched")
		}
		h.begin()
		if !h.registered {
			t.Error("not registered once the key is watched")
		}
		close(h.cluster.alive)
		if err := <-h.ended; err == nil {
			t.Error("the registration goes on")
		}
		for range 2 { // the second finds that the lease has ended
			if err := h.Release(t.Context(), self); err != nil || len(h.cluster.keys) > 0 {
				t.Errorf("released with %v, and left %v", err, h.cluster.keys)
			}
		}
	})
}

func TestLossIsNoticed(t *testing.T) {
	for want, lose := range map[string]func(*held){
		"the lease was lost": func(h *held) { close(h.cluster.alive) },
		"the key was deleted": func(h *held) {
			h.cluster.events <- clientv3.WatchResponse{Events: []*clientv3.Event{deleted(self.Address, 12)}}
		},
		"compacted": func(h *held) { h.cluster.events <- clientv3.WatchResponse{CompactRevision: 11} },
	} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := hold(t)
				h.begin()
				lose(h)
				if err := <-h.ended; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the registration ended with %v, want %s", err, want)
				}
			})
		})
	}
}

func TestWatchThatDoesNotBeginIsALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		began := time.Now()
		err := <-h.ended
		if err == nil || h.registered || time.Since(began) != requestTimeout {
			t.Errorf("ended with %v after %v, registered: %v", err, time.Since(began), h.registered)
		}
	})
}

func TestNothingIsReleasedBeforeARegistration(t *testing.T) {
	r := NewRegistry(Config{}, "orders")
	r.connect = func(context.Context, Config) (*clientv3.Client, error) { return nil, errors.New("asked") }
	if err := r.Release(t.Context(), self); err != nil {
		t.Error(err)
	}
}
