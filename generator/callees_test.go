package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

const callerProto = `syntax = "proto3";
package shop.orders.v1;
service Orders { rpc Create(Order) returns (Order); }
message Order { string id = 1; }
`

const calleeProto = `syntax = "proto3";
package shop.inventory.v1;
import "common/money.proto";
service Inventory {
  rpc Reserve(Item) returns (Item) { option idempotency_level = IDEMPOTENT; }
}
message Item { string id = 1; shop.common.Money price = 2; }
`

const calleeMoney = `syntax = "proto3";
package shop.common;
message Money { int64 units = 1; }
`

const callerPolicy = `resilience:
  methods:
    Create: {calls: [inventory/Reserve]}
dependencies:
  - name: inventory
    proto: ../inventory/inventory.proto
    policy: ../inventory/policy.yaml
    resilience: {methods: {Reserve: {timeout: 600ms}}}
`

const calleePolicy = `discovery: {provider: etcd}
resilience:
  defaults: {timeout: 2s, attemptTimeout: 250ms, retry: {maxAttempts: 2}}
`

// callerAndCallee is a repository with a service and one that it calls.
func callerAndCallee() map[string]string {
	return map[string]string{
		"shop/.git/HEAD":                 "",
		"shop/orders/orders.proto":       callerProto,
		"shop/orders/policy.yaml":        callerPolicy,
		"shop/inventory/inventory.proto": calleeProto,
		"shop/inventory/policy.yaml":     calleePolicy,
		"shop/common/money.proto":        calleeMoney,
	}
}

func TestCallsOfDependencies(t *testing.T) {
	w := newWorld(t, callerAndCallee())
	w.Chdir(filepath.Join(w.dir, "shop"))
	m, err := modelOf(t.Context(), Options{Protos: []string{"orders/orders.proto"}, Out: "orders"})
	require.NoError(t, err)
	require.Len(t, m.made.Tree.Dependencies, 1)
	inventory := m.made.Tree.Dependencies[0]
	assert.Equal(t, "inventory", inventory.Registered)
	assert.Equal(t, policy.ProviderEtcd, inventory.Policy.Discovery.Provider)
	reserve := inventory.Hosts[0].RPCs[0]
	assert.Equal(t, "600ms", reserve.Call.Timeout.String())
	assert.Equal(t, "250ms", reserve.Call.AttemptTimeout.String())
	assert.Equal(t, 2, reserve.Call.Attempts())
	assert.Equal(t, []model.Called{{Dependency: inventory, RPC: reserve, Path: "resilience.methods.Create.calls[0]"}},
		m.made.Tree.Hosts[0].RPCs[0].Calls)
	assert.Equal(t, []string{"common/money.proto", "inventory/inventory.proto"}, m.in.OthersProtos())
}

// TestDependenciesAreRemembered: in one repository by their paths, and a change of theirs is one of the tree's inputs.
func TestDependenciesAreRemembered(t *testing.T) {
	w := newWorld(t, callerAndCallee())
	opts := Options{Protos: []string{"orders/orders.proto"}, Out: "orders"}
	w.generate("shop", opts)
	assert.False(t, w.has("shop/orders/proto"), "nothing is copied")
	for _, folder := range []struct {
		name string
		opts Options
	}{{"shop", opts}, {"shop/orders", Options{}}} {
		assert.Empty(t, w.generate(folder.name, folder.opts))
		assert.True(t, w.unchangedIn(folder.name, folder.opts))
	}
	w.put("shop/inventory/policy.yaml", calleePolicy+"    breaker: {}\n")
	assert.False(t, w.unchangedIn("shop/orders", Options{}))
	w.put("shop/inventory/policy.yaml", "resilience: {default: {}}\n")
	_, err := w.plan("shop/orders", Options{})
	assert.ErrorContains(t, err, "../inventory/policy.yaml:1:14: resilience.default: unknown key")
}

// TestDependenciesOfOtherRepositories are copied into the tree, which can be made again without them.
func TestDependenciesOfOtherRepositories(t *testing.T) {
	files := callerAndCallee()
	for name, text := range files {
		if rest, ok := filepath.Rel("shop/orders", name); ok == nil && filepath.IsLocal(rest) {
			delete(files, name)
			files["sales/orders/"+rest] = text
		}
	}
	files["sales/.git/HEAD"] = ""
	files["sales/orders/policy.yaml"] = `dependencies:
  - name: inventory
    proto: ../../shop/inventory/inventory.proto
    policy: ../../shop/inventory/policy.yaml
`
	w := newWorld(t, files)
	opts := Options{Protos: []string{"orders/orders.proto"}, Out: "orders"}
	w.generate("sales", opts)
	assert.Equal(t, calleeProto, w.get("sales/orders/proto/inventory/inventory.proto"))
	assert.Equal(t, calleeMoney, w.get("sales/orders/proto/common/money.proto"))
	assert.Equal(t, calleePolicy, w.get("sales/orders/proto/inventory.policy.yaml"))
	assert.False(t, w.has("sales/orders/proto/orders"), "its own proto is in the repository")
	assert.Empty(t, w.generate("sales", opts))

	require.NoError(t, os.RemoveAll(filepath.Join(w.dir, "shop")))
	assert.Empty(t, w.generate("sales/orders", Options{}))
	assert.True(t, w.unchangedIn("sales/orders", Options{}))
	assert.Equal(t, calleePolicy, w.get("sales/orders/proto/inventory.policy.yaml"))
}

// TestComposeOfCallers runs what is called beside its caller as soon as its tree is there, and for as long as that has a
// compose.yaml. A run of both need not wait for the second one.
func TestComposeOfCallers(t *testing.T) {
	const runs, asks = `extends: {file: "../inventory/compose.yaml", service: service}`, "INVENTORY_ENDPOINTS: #"
	caller, callee := Options{Protos: []string{"orders/orders.proto"}, Out: "orders"}, Options{Protos: []string{"inventory/inventory.proto"}, Out: "inventory"}
	w := newWorld(t, callerAndCallee())
	w.generate("shop", caller)
	assert.Contains(t, w.get("shop/orders/compose.yaml"), asks)
	w.generate("shop", callee)
	assert.False(t, w.unchangedIn("shop/orders", Options{}))
	w.generate("shop/orders", Options{})
	assert.Contains(t, w.get("shop/orders/compose.yaml"), runs)
	assert.True(t, w.unchangedIn("shop/orders", Options{}))
	require.NoError(t, os.Remove(filepath.Join(w.dir, "shop/inventory/compose.yaml")))
	w.generate("shop/orders", Options{})
	assert.Contains(t, w.get("shop/orders/compose.yaml"), asks)

	files := callerAndCallee()
	files["shop/msgen.system.yaml"] = "version: v1\nservices: [{dir: orders}, {dir: inventory}]\n"
	w = newWorld(t, files)
	w.Chdir(filepath.Join(w.dir, "shop"))
	system, err := PlanSystem(t.Context(), "msgen.system.yaml", Options{Version: "v1.0.0"})
	require.NoError(t, err)
	assert.Contains(t, contents(system.Trees[0])["compose.yaml"], runs)
}

func (w *world) unchangedIn(folder string, opts Options) bool {
	w.Helper()
	w.Chdir(filepath.Join(w.dir, folder))
	opts.Version = "v1.0.0"
	view, err := disk.New()
	require.NoError(w, err)
	ask := request{Options: opts}
	in, err := inputs.Settle(view, ask.wanted())
	require.NoError(w, err)
	_, ok := ask.nothing(in)
	return ok
}

// TestPluginHasDependencies: a request has the protos of dependencies among its own, and their clients are those that the
// command line makes.
func TestPluginHasDependencies(t *testing.T) {
	files := map[string]string{}
	for name, text := range callerAndCallee() {
		if rest, inside := strings.CutPrefix(name, "shop/"); inside && !strings.HasPrefix(rest, ".git/") {
			files[rest] = text
		}
	}
	c := newPluginCase(t, files, "orders/orders.proto", "inventory/inventory.proto")
	answer := c.answer("module=example.com/orders,stubs=true,policy=orders/policy.yaml")
	require.Empty(t, answer.Response.GetError())
	got := names(answer)
	assert.Contains(t, got, "internal/clients/inventory/client.go")
	assert.Contains(t, got, "gen/shop/inventory/v1/inventory.pb.go")
	tree, err := Plan(t.Context(), Options{Protos: []string{"orders/orders.proto"}, ImportPaths: []string{"."}, Out: "cli", Version: "test"})
	require.NoError(t, err)
	for _, file := range answer.Response.GetFile() {
		assert.Equal(t, contents(tree)[file.GetName()], file.GetContent(), file.GetName())
	}

	c = newPluginCase(t, files, "orders/orders.proto")
	assert.Contains(t, c.answer("module=example.com/orders,policy=orders/policy.yaml").Response.GetError(),
		"orders/policy.yaml:6:12: dependencies[0].proto: the request of protoc's or buf's lacks the proto of the dependency: found \"inventory/inventory.proto\"")
}

func TestExplainOfADependency(t *testing.T) {
	w := newWorld(t, callerAndCallee())
	w.Chdir(filepath.Join(w.dir, "shop"))
	opts := Options{Protos: []string{"orders/orders.proto"}, Out: "orders"}
	explained, err := Explain(t.Context(), opts, "inventory/Reserve")
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, explained.Text(&text))
	assert.Contains(t, text.String(), "shop.inventory.v1.Inventory/Reserve")
	assert.Regexp(t, `timeout +600ms .* orders/policy.yaml:8:`, text.String())
	assert.Regexp(t, `maxAttempts +2 .* inventory/policy.yaml:3:`, text.String())
	_, err = Explain(t.Context(), opts, "inventory/Reserv")
	assert.ErrorContains(t, err, `did you mean "Reserve"?`)
}

// TestCalleeOfATree: the proto of a dependency in a tree of msgen's is called what it is called there.
func TestCalleeOfATree(t *testing.T) {
	files := callerAndCallee()
	files["elsewhere/api/stock.proto"] = "syntax = \"proto3\";\npackage stock.v1;\nimport \"kinds/kind.proto\";\nservice Stock { rpc Get(Kind) returns (Kind); }\n"
	files["elsewhere/api/kinds/kind.proto"] = "syntax = \"proto3\";\npackage stock.v1;\nmessage Kind {}\n"
	files["shop/orders/policy.yaml"] = "dependencies: [{name: stock, proto: ../stock/proto/stock.proto, target: \"dns:///stock:80\"}]\n"
	w := newWorld(t, files)
	w.generate("elsewhere", Options{Protos: []string{"api/stock.proto"}, ImportPaths: []string{"api"}, Out: "../shop/stock"})
	require.True(t, w.has("shop/stock/proto/kinds/kind.proto"), "the tree has copies, whose import path is its own")
	opts := Options{Protos: []string{"orders/orders.proto"}, Out: "orders"}
	w.generate("shop", opts)
	assert.True(t, w.has("shop/orders/gen/stock/v1/kind.pb.go"))
	assert.False(t, w.has("shop/orders/proto"))
	assert.Empty(t, w.generate("shop/orders", Options{}))
}
