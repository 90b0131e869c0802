package generator

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/model"
	"github.com/msgen/msgen/generator/internal/policy"
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
	r, err := newRun(Options{Protos: []string{"orders/orders.proto"}, Out: "orders"})
	require.NoError(t, err)
	require.NoError(t, r.build(t.Context()))
	require.Len(t, r.result.Service.Dependencies, 1)
	inventory := r.result.Service.Dependencies[0]
	assert.Equal(t, "inventory", inventory.Registered)
	assert.Equal(t, policy.ProviderEtcd, inventory.Policy.Discovery.Provider)
	reserve := inventory.Hosts[0].RPCs[0]
	assert.Equal(t, "600ms", reserve.Call.Timeout.String())
	assert.Equal(t, "250ms", reserve.Call.AttemptTimeout.String())
	assert.Equal(t, 2, reserve.Call.Attempts())
	assert.Equal(t, []model.Called{{Dependency: inventory, RPC: reserve, Path: "resilience.methods.Create.calls[0]"}},
		r.result.Service.Hosts[0].RPCs[0].Calls)
	assert.Equal(t, []string{"common/money.proto", "inventory/inventory.proto"}, r.onlyCallees())
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

func (w *world) unchangedIn(folder string, opts Options) bool {
	w.Helper()
	w.Chdir(filepath.Join(w.dir, folder))
	opts.Version = "v1.0.0"
	r, err := newRun(opts)
	require.NoError(w, err)
	_, ok := r.unchanged()
	return ok
}
