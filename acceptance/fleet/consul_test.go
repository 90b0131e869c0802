package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

const (
	// consulTTL is how long after its last heartbeat an instance is not passing, where it sends them.
	consulTTL = 10 * time.Second
	// consulCheckTime is how long the agent takes to find an instance dead that it checks by itself: an interval of the
	// check and its timeout.
	consulCheckTime = 7 * time.Second
)

// consul is a Consul agent that keeps all it knows in memory.
type consul struct {
	selfRegistered
	*process

	check   string // who checks instances, as the policy has it
	program string
	address string // host:port of its HTTP API
	ports   []string
	acl     string   // the token that may do everything; empty: tokens do not matter
	tokens  []string // further environment of instances and clients
}

func startConsul(check string) func(t *testing.T) registry {
	return func(t *testing.T) registry {
		t.Helper()
		c := newConsul(t, check)
		c.run(t)
		return c
	}
}

// newConsul returns an agent that does not run yet.
func newConsul(t *testing.T, check string) *consul {
	t.Helper()
	http, server, serf := freePort(t), freePort(t), freePort(t)
	return &consul{check: check, program: program.Tool(t, "consul"), address: loopback(http), ports: []string{
		"-http-port", strconv.Itoa(http), "-server-port", strconv.Itoa(server), "-serf-lan-port", strconv.Itoa(serf),
		"-serf-wan-port=-1", "-grpc-port=-1", "-grpc-tls-port=-1", "-dns-port=-1",
	}}
}

// run starts the process, and returns when it answers.
func (c *consul) run(t *testing.T) {
	t.Helper()
	args := append([]string{"agent", "-dev", "-node=one", "-bind=127.0.0.1", "-client=127.0.0.1", "-log-level=warn"}, c.ports...)
	if c.acl != "" {
		config := filepath.Join(t.TempDir(), "acl.hcl")
		text := fmt.Sprintf(`acl { enabled = true, default_policy = "deny", tokens { initial_management = %q } }`, c.acl)
		require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
		args = append(args, "-config-file", config)
	}
	c.process = startServer(t, exec.Command(c.program, args...))
	require.Eventually(t, func() bool {
		var leader string
		return c.ask(t.Context(), http.MethodGet, "/v1/status/leader", nil, &leader) == nil && leader != ""
	}, patience, 50*time.Millisecond, "Consul does not answer")
}

// crash ends the process.
func (c *consul) crash(t *testing.T) {
	t.Helper()
	_ = c.kill(t)
}

// runEmpty starts the process with nothing of what it held.
func (c *consul) runEmpty(t *testing.T) {
	t.Helper()
	c.run(t)
}

func (c *consul) policy() string {
	return "discovery: {provider: consul, consul: {check: " + c.check + ", tags: [blue]}}\n"
}

func (c *consul) environment() []string {
	return append([]string{"CONSUL_HTTP_ADDR=" + c.address}, c.tokens...)
}

// consulEntry is what Consul answers of one instance.
type consulEntry struct {
	Service struct {
		Address string
		Port    int
		Tags    []string
		Meta    map[string]string
	}
}

// passing returns the instances that are passing.
func (c *consul) passing(ctx context.Context) ([]consulEntry, error) {
	var entries []consulEntry
	return entries, c.ask(ctx, http.MethodGet, "/v1/health/service/fleet?passing", nil, &entries)
}

func (c *consul) listed(ctx context.Context) ([]string, error) {
	entries, err := c.passing(ctx)
	var addresses []string
	for _, entry := range entries {
		addresses = append(addresses, net.JoinHostPort(entry.Service.Address, strconv.Itoa(entry.Service.Port)))
	}
	return addresses, err
}

// ask sends a request to the HTTP API, with a body unless that is nil, and reads its answer.
func (c *consul) ask(ctx context.Context, method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, busy)
	defer cancel()
	content := io.Reader(http.NoBody)
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+c.address+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("X-Consul-Token", c.acl)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, why)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
