package fleet

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// edge is a kind of proxy in front of the instances.
type edge struct {
	name    string                            // in the policy, and of the program
	config  string                            // path of its configuration in the tree
	check   func(config, dir string) []string // arguments that have it check the configuration
	checked string                            // the last line of a check that found nothing to say
	run     func(config, dir string) []string // arguments that run it in the foreground
	drain   syscall.Signal                    // lets the calls in flight end

	health  string // a path of its status server, which answers 200
	numbers string // another one, which tells of its work
	number  string // what stands there among other things
	asks    bool   // it asks instances for their health, and keeps those that DNS once told it
	repeats bool   // it has callers repeat a call whose instance dies before it answers
}

func edges() []edge {
	return []edge{
		{
			name: "nginx", config: "deploy/nginx/nginx.conf",
			check: func(config, dir string) []string {
				return []string{"-t", "-e", "stderr", "-p", dir, "-c", config}
			},
			checked: "test is successful",
			run:     func(config, dir string) []string { return []string{"-e", "stderr", "-p", dir, "-c", config} },
			drain:   syscall.SIGQUIT, health: "/healthz",
			numbers: "/status", number: "Active connections",
		},
		{
			name: "haproxy", config: "deploy/haproxy/haproxy.cfg",
			check:   func(config, _ string) []string { return []string{"-c", "-f", config} },
			checked: "Configuration file is valid",
			run:     func(config, _ string) []string { return []string{"-db", "-f", config} },
			drain:   syscall.SIGUSR1, health: "/readyz",
			numbers: "/metrics", number: "haproxy_backend_active_servers",
			asks: true, repeats: true,
		},
	}
}

func (e edge) configuration(tree string) string {
	return filepath.Join(tree, filepath.FromSlash(e.config))
}

// addresses are where a proxy listens.
type addresses struct{ listen, status string }

func freeAddresses(t *testing.T) addresses {
	t.Helper()
	return addresses{freeAddress(t), freeAddress(t)}
}

// policy is what the service's policy says of the edge.
func (e edge) policy(at addresses, nameservers ...string) string {
	proxy := fmt.Sprintf("listen: %s, status: %s", at.listen, at.status)
	if len(nameservers) > 0 {
		proxy += fmt.Sprintf(", nameservers: [%s]", strings.Join(nameservers, ", "))
	}
	return fmt.Sprintf("balancing: {edge: %s, edgeProxy: {%s}}\n", e.name, proxy)
}

// proxy is a running edge.
type proxy struct {
	*process
	addresses
}

// checkEdge has the proxy check the configuration that stands in the tree.
func checkEdge(t *testing.T, e edge, tree string) {
	t.Helper()
	dir := t.TempDir()
	check := exec.CommandContext(t.Context(), program.Tool(t, e.name), e.check(e.configuration(tree), dir)...)
	withoutRights(t, check, tree, dir)
	said, err := check.CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.True(t, strings.HasSuffix(strings.TrimSpace(string(said)), e.checked), "%s", said)
	require.NotContains(t, strings.ToLower(string(said)), "warn")
}

// startEdge runs the proxy with the configuration that stands in the tree, without rights.
func startEdge(t *testing.T, e edge, tree string, at addresses) *proxy {
	t.Helper()
	checkEdge(t, e, tree)
	dir := t.TempDir() // its own, to write to
	cmd := exec.Command(program.Tool(t, e.name), e.run(e.configuration(tree), dir)...)
	withoutRights(t, cmd, tree, dir)
	cmd.WaitDelay = time.Second // a worker that is left may not keep the test
	p := &proxy{startServer(t, cmd), at}
	t.Cleanup(func() { // before it would be killed: nginx's workers would stay
		_ = cmd.Process.Signal(syscall.SIGTERM) // it fails when the process has ended
		select {
		case <-p.ended:
		case <-time.After(patience):
		}
	})
	require.Eventually(t, func() bool { return answers(at.listen) && answers(at.status) }, patience, 20*time.Millisecond, "the proxy does not listen")
	return p
}

// withoutRights makes a command that root would run one of nobody's, who may read the tree and write to dir.
func withoutRights(t *testing.T, cmd *exec.Cmd, tree, dir string) {
	t.Helper()
	if os.Getuid() != 0 || !openToAll(t, os.TempDir()) {
		return
	}
	const nobody = 65534
	require.NoError(t, os.Chmod(filepath.Dir(tree), 0o755)) // testing makes it for one user only
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	require.NoError(t, os.Chown(dir, nobody, nobody))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

// openToAll reports whether everybody may go down to the folder.
func openToAll(t *testing.T, dir string) bool {
	t.Helper()
	info, err := os.Stat(dir)
	require.NoError(t, err)
	above := filepath.Dir(dir)
	return info.Mode().Perm()&0o001 != 0 && (above == dir || openToAll(t, above))
}

func answers(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// edgeServer is what the policy of every edge's test says of the instances. Their connections are of a short age, so that
// its end is part of the tests.
const edgeServer = "maxConnectionAge: 5s, requestTimeout: 2s"

// edgeTests is what the tests of all proxies share: the service is the same, whoever stands in front of it.
type edgeTests struct {
	msgen   string
	service service
}

// TestEdge runs the same tests behind each proxy.
func TestEdge(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	tests := edgeTests{msgen, emit(t, msgen, "server: {"+edgeServer+"}\n")}
	for _, e := range edges() {
		t.Run(e.name+" takes what policies say", func(t *testing.T) { tests.checkPolicies(t, e) })
		t.Run(e.name+" over a rolling restart", func(t *testing.T) { tests.rollingRestart(t, e) })
		t.Run(e.name+" over a kill", func(t *testing.T) { tests.kill(t, e) })
		t.Run(e.name+" finds instances of Kubernetes", func(t *testing.T) {
			tests.findByDNS(t, e, "{provider: kubernetes, kubernetes: {namespace: shop, refresh: 1s}}")
		})
		t.Run(e.name+" finds instances of Consul", func(t *testing.T) { tests.findByDNS(t, e, "{provider: consul}") })
		t.Run(e.name+" speaks gRPC", func(t *testing.T) { tests.speakGRPC(t, e) })
		t.Run(e.name+" drains", func(t *testing.T) { tests.drain(t, e) })
	}
}

// behind starts that many instances at fixed addresses and the proxy in front of them.
func (tests edgeTests) behind(t *testing.T, e edge, count int) (*fleet, *proxy) {
	t.Helper()
	r, at := startStatic(t), freeAddresses(t)
	f := &fleet{service: tests.service, registry: r}
	f.startAll(t, count)
	tree := generate(t, tests.msgen, handwritten, "fleet", "server: {"+edgeServer+"}\n"+r.policy()+e.policy(at))
	return f, startEdge(t, e, tree, at)
}

// call starts the load program, which knows the proxy alone.
func (p *proxy) call(t *testing.T, f *fleet, flags ...string) *load {
	t.Helper()
	return f.call(t, append(flags, "-target="+p.listen)...)
}

// checkPolicies has the proxy check configurations that no other test runs.
func (tests edgeTests) checkPolicies(t *testing.T, e edge) {
	for _, policy := range []string{
		"discovery: {static: {endpoints: [\"127.0.0.1:8080\", \"[::1]:8081\", \"localhost:8082\"]}}\nbalancing: {policy: least_request, edge: %s}\n",
		"balancing: {policy: ring_hash, requestHashHeader: x-user_id, edge: %s, edgeProxy: {listen: \"127.0.0.1:8443\"}}\n",
		"server: {requestTimeout: 1ms, maxConnectionAge: 720h, gracefulTimeout: 1500ms, drainDelay: 0s}\nbalancing: {edge: %s}\n",
		"discovery: {provider: consul, consul: {address: \"[::1]:8500\"}}\nbalancing: {policy: least_request, edge: %s, edgeProxy: {nameservers: [\"127.0.0.1:53\", \"[::1]:8600\"]}}\n",
	} {
		checkEdge(t, e, generate(t, tests.msgen, handwritten, "fleet", fmt.Sprintf(policy, e.name)))
	}
}
