package fleet

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestConsulThatAsksWhoItIs has Consul ask for tokens. A refusal is told at once, by the instance and by its clients,
// and what it says is enough to mend it. What an instance tells of itself is in the catalog.
func TestConsulThatAsksWhoItIs(t *testing.T) {
	t.Parallel()
	c := newConsul(t, "grpc")
	c.acl = "0b9f7b5e-6d1c-4a52-9a1e-7d8f6c5b4a30"
	c.run(t)
	f := newFleet(t, program.BuildMsgen(t, repository), c)

	i := f.start(t)
	i.log.await(t, `CONSUL_HTTP_TOKEN needs service:write on \"fleet\"`)
	f.stop(t, i)
	c.tokens = []string{"CONSUL_HTTP_TOKEN=" + c.token(t, "fleet", "write"), "ADVERTISE_METADATA=zone=a"}
	i = f.start(t)
	f.awaitRegistered(t, busy)
	l := f.call(t, "-rate=20")
	l.awaitAnswers(t, busy, i)
	assert.Empty(t, l.finish(t).failed(), "calls failed")

	c.tokens = []string{"CONSUL_HTTP_TOKEN=" + c.token(t, "other", "read")}
	refused := f.call(t, "-rate=20", "-calls=20").finish(t)
	assert.Equal(t, refused, refused.failed())
	assert.Contains(t, refused[len(refused)-1].Error, `CONSUL_HTTP_TOKEN needs service:read on "fleet" and node:read`)
	assert.Less(t, refused.latency(0.5), time.Second, "a refusal is told at once")

	entries, err := c.passing(t.Context())
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.Equal(t, []string{"blue"}, entries[0].Service.Tags)
	assert.Equal(t, "a", entries[0].Service.Meta["zone"])
}

// token returns a new token with this right on the service.
func (c *consul) token(t *testing.T, service, right string) string {
	t.Helper()
	rules := fmt.Sprintf(`service %q { policy = %q } node_prefix "" { policy = "read" }`, service, right)
	var policy struct{ ID string }
	require.NoError(t, c.ask(t.Context(), http.MethodPut, "/v1/acl/policy", map[string]string{"Name": service, "Rules": rules}, &policy))
	var token struct{ SecretID string }
	require.NoError(t, c.ask(t.Context(), http.MethodPut, "/v1/acl/token", map[string]any{"Policies": []any{policy}}, &token))
	return token.SecretID
}

// TestConsulHeartbeats listens in on what an instance that sends heartbeats asks of the agent. Nothing comes after it
// has deregistered, and the agent refuses nothing.
func TestConsulHeartbeats(t *testing.T) {
	t.Parallel()
	c := newConsul(t, "ttl")
	c.run(t)
	w := newWire(t, c.address)
	f := newFleet(t, program.BuildMsgen(t, repository), tapped{c, w.server.Listener.Addr().String()})

	i := f.start(t)
	require.Eventually(t, func() bool { return w.count("/v1/agent/check/update/") >= 2 }, consulTTL+busy, 50*time.Millisecond)
	f.awaitRegistered(t, busy)
	f.awaitForgotten(t, i, f.stop(t, i), busy)
	w.server.Close()

	asked := w.all()
	t.Logf("the instance asked %d times, the last time %s", len(asked), asked[len(asked)-1].path)
	assert.Contains(t, asked[len(asked)-1].path, "/v1/agent/service/deregister/")
	assert.False(t, slices.ContainsFunc(asked, func(r request) bool { return r.status != http.StatusOK }), "%v", asked)
}

// tapped is a Consul agent that is reached by way of another address.
type tapped struct {
	*consul

	address string
}

func (t tapped) environment() []string { return []string{"CONSUL_HTTP_ADDR=" + t.address} }

// wire passes requests on, and writes them down with their answers.
type wire struct {
	server *httptest.Server

	mu    sync.Mutex
	asked []request
}

type request struct {
	path   string
	status int
}

func newWire(t *testing.T, address string) *wire {
	t.Helper()
	w := &wire{}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	proxy.ModifyResponse = func(response *http.Response) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked = append(w.asked, request{response.Request.URL.Path, response.StatusCode})
		return nil
	}
	w.server = httptest.NewServer(proxy)
	t.Cleanup(w.server.Close)
	return w
}

func (w *wire) all() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

// count returns the number of requests whose path begins with the given one.
func (w *wire) count(path string) int {
	n := 0
	for _, r := range w.all() {
		if strings.HasPrefix(r.path, path) {
			n++
		}
	}
	return n
}
