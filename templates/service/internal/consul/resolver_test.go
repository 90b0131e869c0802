package consul

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/consul/api"
	"google.golang.org/grpc/test/bufconn"

	"github.com/msgen/msgen/templates/service/internal/discovery"
)

// fakeCatalog is a Consul agent that answers queries for the service orders. It runs over connections in memory, so
// that in a synctest bubble its clock is the bubble's.
type fakeCatalog struct {
	port *bufconn.Listener

	mu       sync.Mutex
	changed  chan struct{} // closed, and made anew, when the answer changes
	index    uint64
	entries  []*api.ServiceEntry
	filtered bool // the token may not see the entries
	refusal  int  // an HTTP status to answer with; 0: none
	queries  atomic.Int32
}

func newFakeCatalog(t *testing.T) *fakeCatalog {
	t.Helper()
	c := &fakeCatalog{port: bufconn.Listen(64 << 10), changed: make(chan struct{}), index: 100}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/health/service/orders", c.answer)
	server := &http.Server{Handler: mux}
	go func() { _ = server.Serve(c.port) }()
	t.Cleanup(func() { _ = server.Close() })
	return c
}

// follow follows the catalog until the test ends.
func (c *fakeCatalog) follow(t *testing.T) *followed {
	t.Helper()
	f := &followed{ended: make(chan error, 1)}
	s := &source{service: "orders", connect: c.connect}
	go func() { f.ended <- s.Follow(t.Context(), f.find, nil) }()
	synctest.Wait()
	return f
}

// followed is what a source has found.
type followed struct {
	ended chan error // gets the reason when the source cannot go on

	mu        sync.Mutex
	instances []discovery.Instance
}

func (f *followed) find(instances []discovery.Instance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.instances = instances
}

// addresses returns the addresses of the instances that were found last, joined by spaces.
func (f *followed) addresses() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for _, instance := range f.instances {
		list = append(list, instance.Address)
	}
	return strings.Join(list, " ")
}

// zone returns the zone of the first of these instances.
func (f *followed) zone() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.instances[0].Metadata["zone"]
}

func (c *fakeCatalog) connect(Config) (*client, error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return c.port.DialContext(ctx) }
	return newClient(&api.Config{Address: "agent:8500", Transport: &http.Transport{DialContext: dial}})
}

// change changes the answer and gives the source the time to hear of it.
func (c *fakeCatalog) change(index uint64, addresses ...string) {
	c.mu.Lock()
	c.index, c.entries = index, nil
	for _, address := range addresses {
		host, port, _ := net.SplitHostPort(address)
		number, _ := strconv.Atoi(port)
		c.entries = append(c.entries, &api.ServiceEntry{
			Node:    &api.Node{Address: "10.9.9.9"},
			Service: &api.AgentService{Address: host, Port: number, Meta: map[string]string{"zone": "a"}},
		})
	}
	c.wake()
	c.mu.Unlock()
	time.Sleep(2 * queryInterval)
	synctest.Wait()
}

// refuse makes the status the answer to queries; 0 ends that.
func (c *fakeCatalog) refuse(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refusal = status
	c.wake()
}

// wake ends the queries that block.
func (c *fakeCatalog) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// answer blocks, as Consul does, until its index is above the one that the query has.
func (c *fakeCatalog) answer(w http.ResponseWriter, r *http.Request) {
	c.queries.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	asked, _ := strconv.ParseUint(r.URL.Query().Get("index"), 10, 64)
	wait, _ := time.ParseDuration(r.URL.Query().Get("wait"))
	if changed := c.changed; asked > 0 && asked == c.index && c.refusal == 0 {
		c.mu.Unlock()
		select {
		case <-changed:
		case <-time.After(wait):
		case <-r.Context().Done():
		}
		c.mu.Lock()
	}
	if c.refusal != 0 {
		http.Error(w, "Permission denied", c.refusal)
		return
	}
	w.Header().Set("X-Consul-Index", strconv.FormatUint(c.index, 10))
	w.Header().Set("X-Consul-LastContact", "0")
	w.Header().Set("X-Consul-Results-Filtered-By-ACLs", strconv.FormatBool(c.filtered))
	_ = json.NewEncoder(w).Encode(c.entries)
}

func TestCatalogIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		catalog := newFakeCatalog(t)
		found := catalog.follow(t)
		for _, step := range []struct {
			index     uint64
			addresses []string
			want      string
		}{
			{101, []string{"10.0.0.1:80"}, "10.0.0.1:80"},
			{102, []string{"10.0.0.1:80", ":81"}, "10.0.0.1:80 10.9.9.9:81"},
			{103, nil, ""},
			{7, []string{"10.0.0.2:80"}, "10.0.0.2:80"}, // the catalog was lost
			{8, []string{"10.0.0.3:80"}, "10.0.0.3:80"},
		} {
			catalog.change(step.index, step.addresses...)
			if got := found.addresses(); got != step.want {
				t.Errorf("at index %d, the instances are %q, want %q", step.index, got, step.want)
			}
		}
		if got := found.zone(); got != "a" {
			t.Errorf("the zone is %q, want a", got)
		}
		queries := catalog.queries.Load()
		time.Sleep(10 * queryWait)
		synctest.Wait()
		if more := catalog.queries.Load() - queries; more > 10 {
			t.Errorf("%d queries in the time of 10", more)
		}
	})
}

func TestRefusalIsTheReason(t *testing.T) {
	for name, c := range map[string]struct {
		refuse func(*fakeCatalog)
		want   string
	}{
		"refused":  {func(c *fakeCatalog) { c.refuse(http.StatusForbidden) }, `CONSUL_HTTP_TOKEN needs service:read on "orders" and node:read`},
		"filtered": {func(c *fakeCatalog) { c.filtered = true }, `CONSUL_HTTP_TOKEN needs service:read on "orders" and node:read`},
		"down":     {func(c *fakeCatalog) { c.refuse(http.StatusInternalServerError) }, "consul: Unexpected response code: 500"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				catalog := newFakeCatalog(t)
				c.refuse(catalog)
				found := catalog.follow(t)
				if err := <-found.ended; err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("the error is %v, want one that contains %q", err, c.want)
				}
			})
		})
	}
}

func TestFailureEndsWhatFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		catalog := newFakeCatalog(t)
		found := catalog.follow(t)
		catalog.change(101, "10.0.0.1:80")
		catalog.refuse(http.StatusInternalServerError)
		if err := <-found.ended; err == nil || found.addresses() != "10.0.0.1:80" {
			t.Errorf("ended with %v, and found %q last", err, found.addresses())
		}
		catalog.refuse(0)
		again := catalog.follow(t)
		catalog.change(1, "10.0.0.2:80")
		if got := again.addresses(); got != "10.0.0.2:80" {
			t.Errorf("after the agent has come back, the instances are %q", got)
		}
	})
}
