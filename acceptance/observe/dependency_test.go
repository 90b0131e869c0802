package observe

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
	"github.com/msgen/msgen/acceptance/prometheus"
)

// emitSystem has msgen make the two services of testdata/system, of which one calls the other, builds what their authors
// have written, and returns the folder of their programs.
func emitSystem(t *testing.T) string {
	t.Helper()
	msgen, repo := program.BuildMsgen(t, repository), t.TempDir()
	require.NoError(t, os.CopyFS(repo, os.DirFS("testdata/system")))
	require.NoError(t, os.Mkdir(filepath.Join(repo, ".git"), 0o755))
	bin := filepath.Join(repo, "bin") + string(filepath.Separator)
	for _, name := range []string{"inventory", "orders"} {
		tree := filepath.Join(repo, name)
		program.Run(t, repo, msgen, "generate", name+"/"+name+".proto", "-o", name)
		require.NoError(t, os.RemoveAll(filepath.Join(tree, "internal", name)))
		require.NoError(t, os.CopyFS(tree, os.DirFS(filepath.Join(tree, "tree"))))
		require.NoError(t, os.RemoveAll(filepath.Join(tree, "tree")))
		program.Run(t, tree, "go", "build", "-trimpath", "-o", bin, "./cmd/...")
	}
	orders := filepath.Join(repo, "orders")
	program.Run(t, orders, "go", "vet", "./...")
	program.Run(t, orders, "go", "test", "./internal/clients/...", "./internal/orders")
	return bin
}

// startService starts an instance of one of the services.
func startService(t *testing.T, bin, name, address string, environment ...string) *instance {
	t.Helper()
	i := &instance{address: address, admin: program.FreeAddress(t)}
	environment = append(environment, "GRPC_ADDRESS="+i.address, "ADMIN_ADDRESS="+i.admin, "DRAIN_DELAY=0s")
	i.Process = program.Start(t, t.TempDir(), environment, filepath.Join(bin, name))
	program.AwaitOK(t, "http://"+i.admin+"/readyz")
	return i
}

// TestDependency runs a service and one that it calls: under the caller's own policy, with one trace over all of them, and
// with health of its own.
func TestDependency(t *testing.T) {
	bin := emitSystem(t)
	address, received := listenOTLP(t)
	collector := "TRACING_ENDPOINT=" + address
	inventory := startService(t, bin, "inventory", program.FreeAddress(t), collector)
	orders := startService(t, bin, "orders", program.FreeAddress(t), collector, "INVENTORY_ENDPOINTS="+inventory.address)
	ask := func(id, failures string) string {
		t.Helper()
		cmd := exec.Command(filepath.Join(bin, "ask"), id, failures)
		cmd.Env = append(os.Environ(), collector, "ORDERS_ENDPOINTS="+orders.address)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return strings.TrimSpace(string(out))
	}

	assert.Equal(t, "OK 1", ask("plain", "0"))
	chain := []string{
		"INTERNAL shop.orders.v1.Orders/Create", "CLIENT shop.orders.v1.Orders/Create", "SERVER shop.orders.v1.Orders/Create",
		"INTERNAL shop.inventory.v1.Inventory/Reserve", "CLIENT shop.inventory.v1.Inventory/Reserve", "SERVER shop.inventory.v1.Inventory/Reserve",
	}
	require.Eventually(t, func() bool {
		return slices.ContainsFunc(received.got(), func(s span) bool {
			return s.parent == "" && slices.Equal(chain, named(received.chain(s.trace)))
		})
	}, patience, 200*time.Millisecond, "no trace goes from the client through the service to its dependency")

	assert.Equal(t, "OK 3", ask("flaky", "2"), "the caller's policy has three attempts, the callee's recommends two")
	metrics := get(t, "http://"+orders.admin+"/metrics")
	assert.Contains(t, metrics, `grpc_client_resolver_instances{grpc_target="inventory"} 1`)
	assert.Contains(t, metrics, `grpc_client_retries_total{`)

	callsAreSeen(t, filepath.Join(filepath.Dir(filepath.Clean(bin)), "orders"), orders, func() {
		for _, failures := range []string{"0", "0", "1", "9"} {
			ask("seen", failures)
		}
	})

	stop(t, inventory.Process, syscall.SIGTERM)
	assert.Equal(t, "Unavailable 0", ask("gone", "0"))
	get(t, "http://"+orders.admin+"/readyz") // wants an answer of 200

	startService(t, bin, "inventory", inventory.address, collector)
	require.Eventually(t, func() bool { return ask("back", "0") == "OK 1" }, patience, 200*time.Millisecond)
}

// callsAreSeen runs the real Prometheus, and asks for every expression that the dashboard and the alerts of a tree have on the
// calls of its dependency, while some are made.
func callsAreSeen(t *testing.T, tree string, orders *instance, call func()) {
	t.Helper()
	p := prometheus.Start(t, prometheus.Config{Trees: []string{tree}, Jobs: map[string][]string{"orders": {orders.admin}}})
	panels, _ := prometheus.Split(`grpc_target="inventory"`, prometheus.Dashboard(t, tree))
	require.Greater(t, len(panels), 10)
	p.HaveData(t, panels, call)
	_, alerts := prometheus.Rules(t, tree)
	watched := slices.DeleteFunc(alerts, func(e prometheus.Expression) bool { return !strings.HasPrefix(e.Where, "Dependency") })
	require.Len(t, watched, 2, "alerts on dependencies")
	p.HaveSeries(t, watched)
	t.Logf("%d expressions of the dashboard and %d alerts on the calls of inventory have data", len(panels), len(watched))
}
