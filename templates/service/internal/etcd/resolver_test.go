package etcd

import (
	"slices"
	"strings"
	"testing"

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
