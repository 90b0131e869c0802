package etcd

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/msgen/msgen/templates/service/internal/discovery"
)

func TestEventsChangeTheInstances(t *testing.T) {
	known := instances{revision: 10, byKey: map[string]discovery.Instance{}}
	known.put([]byte("/services/orders/one:80"), []byte(record{Addr: "one:80"}.encode()))
	for _, step := range []struct {
		event *clientv3.Event
		want  string
	}{
		{put("two:80", 11), "one:80 two:80"},
		{deleted("one:80", 12), "two:80"},
		{put("one:80", 9), "two:80"}, // older than the list
		{deleted("two:80", 10), "two:80"},
		{put("one:80", 13), "one:80 two:80"},
		{deleted("three:80", 14), "one:80 two:80"},
	} {
		known.apply([]*clientv3.Event{step.event})
		var addresses []string
		for _, instance := range known.all() {
			addresses = append(addresses, instance.Address)
		}
		slices.Sort(addresses)
		if got := strings.Join(addresses, " "); got != step.want {
			t.Errorf("after %v, the instances are %q, want %q", step.event, got, step.want)
		}
	}
}

func TestValuesThatAreNoInstanceAreLeftOut(t *testing.T) {
	known := instances{byKey: map[string]discovery.Instance{}}
	key := []byte("/services/orders/one:80")
	known.put(key, []byte(record{Addr: "one:80", Metadata: map[string]string{"zone": "a"}}.encode()))
	if got := known.all(); len(got) != 1 || got[0].Metadata["zone"] != "a" {
		t.Errorf("the instances are %v", got)
	}
	known.put(key, []byte("not an instance"))
	if got := known.all(); len(got) != 0 {
		t.Errorf("the instances are %v, want none", got)
	}
}

// follow follows the cluster until it cannot, and returns what it finds, address by address.
func follow(t *testing.T, cluster *fakeCluster) (found chan string, ended chan error) {
	t.Helper()
	found, ended = make(chan string, 1), make(chan error, 1)
	s := source{Config{TTL: 10 * time.Second}, "/services/orders/", cluster.connect}
	go func() {
		ended <- s.Follow(t.Context(), func(instances []discovery.Instance) {
			var addresses []string
			for _, instance := range instances {
				addresses = append(addresses, instance.Address)
			}
			slices.Sort(addresses)
			found <- strings.Join(addresses, " ")
		}, nil)
	}()
	return found, ended
}

func TestClusterIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newFakeCluster()
		cluster.set(10, "/services/orders/one:80", record{Addr: "one:80"}.encode())
		found, ended := follow(t, cluster)
		want := func(addresses string) {
			t.Helper()
			if got := <-found; got != addresses {
				t.Errorf("found %q, want %q", got, addresses)
			}
		}
		want("one:80")
		cluster.send(t, put("two:80", 11))
		want("one:80 two:80")

		cluster.set(12, "/services/orders/three:80", record{Addr: "three:80"}.encode()) // the watch does not see it
		began := time.Now()
		want("one:80 three:80")
		if got := time.Since(began); got != 10*time.Second {
			t.Errorf("listed again after %v, want a time to live", got)
		}
		cluster.set(3, "/services/orders/one:80", record{Addr: "one:80"}.encode())
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "lost its data") {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestWatchThatEndsIsTheReason(t *testing.T) {
	for want, end := range map[string]func(*fakeCluster){
		"the watch ended": func(c *fakeCluster) { close(c.events) },
		"compacted":       func(c *fakeCluster) { c.events <- clientv3.WatchResponse{CompactRevision: 11} },
	} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newFakeCluster()
				found, ended := follow(t, cluster)
				<-found
				end(cluster)
				if err := <-ended; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("ended with %v, want %s", err, want)
				}
			})
		})
	}
}

func put(address string, revision int64) *clientv3.Event {
	kv := &mvccpb.KeyValue{
		Key:         []byte("/services/orders/" + address),
		Value:       []byte(record{Addr: address}.encode()),
		ModRevision: revision,
	}
	return &clientv3.Event{Type: mvccpb.PUT, Kv: kv}
}

func deleted(address string, revision int64) *clientv3.Event {
	kv := &mvccpb.KeyValue{Key: []byte("/services/orders/" + address), ModRevision: revision}
	return &clientv3.Event{Type: mvccpb.DELETE, Kv: kv}
}
