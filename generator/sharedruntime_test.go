package generator

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const shareRuntime = "runtime: {dir: internal/runtime}\n"

// runtimesOnDisk are the folders below which the package backoff stands, which every service needs.
func runtimesOnDisk(t *testing.T) []string {
	t.Helper()
	var found []string
	for name := range diskFiles(t, ".") {
		if dir, ok := strings.CutSuffix(filepath.ToSlash(name), "/backoff/backoff.go"); ok {
			found = append(found, dir)
		}
	}
	slices.Sort(found)
	return found
}

// TestSharedRuntime: a Go module has the runtime of its services once, with what any of them needs. No service links what another
// one needs, a picker of the user's is in their tree, and a run in one of the trees knows.
func TestSharedRuntime(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", shareStubs+shareRuntime+"services:\n")
	edit(t, "services/users/policy.yaml", "version: v1", "observability: {tracing: {exporter: zipkin, endpoint: zipkin:9411}}")
	edit(t, "services/orders/policy.yaml", "dependencies:", "balancing: {policy: custom}\ndependencies:")
	generate(t)
	assert.Equal(t, []string{"internal/runtime"}, runtimesOnDisk(t))
	again, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	for i, dir := range []string{"gen", "internal/runtime", "services/users", "services/orders"} {
		assert.Equal(t, filepath.FromSlash(dir), again.Trees[i].Dir)
		assert.Empty(t, changes(again.Trees[i]), dir)
		tree, err := bare(t, dir)
		require.NoError(t, err, dir)
		assert.Empty(t, changes(tree), dir)
	}
	goRun(t, ".", "vet", "./...")
	const zipkin = "example.com/acme/internal/runtime/telemetry/zipkin\n"
	assert.Contains(t, goRun(t, ".", "list", "-deps", "./services/users/cmd/users"), zipkin)
	assert.NotContains(t, goRun(t, ".", "list", "-deps", "./services/orders/cmd/orders"), zipkin)
}

// TestSharedRuntimeIsStale: a run for one service does not write what the services share, and says which run does.
func TestSharedRuntimeIsStale(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", shareRuntime+"services:\n")
	generate(t)
	edit(t, "services/users/policy.yaml", "version: v1", "observability: {tracing: {exporter: zipkin, endpoint: zipkin:9411}}")
	_, err := bare(t, "services/users")
	require.ErrorContains(t, err, "the shared runtime does not have this file as the service needs it, nor ")
	require.ErrorContains(t, err, "want the file as this msgen writes it; msgen generate ../../msgen.system.yaml")
	runtime, err := bare(t, "internal/runtime")
	require.NoError(t, err)
	assert.Contains(t, changes(runtime), "create telemetry/zipkin/zipkin.go")
	generate(t)
	_, err = bare(t, "services/users")
	require.NoError(t, err)

	edit(t, "internal/runtime/backoff/backoff.go", "package backoff", "package backoff // mine")
	_, err = bare(t, "services/orders")
	require.ErrorContains(t, err, "../../internal/runtime/backoff/backoff.go: the shared runtime does not have this file as the service needs it: ")
	edit(t, "services/users/policy.yaml", "observability", "server: {grpcPort: 9999}\nobservability")
	refused, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	require.ErrorContains(t, performed(refused.Trees...), "backoff.go was edited by hand")
	assert.NotContains(t, strings.Join(slices.Collect(maps.Values(diskFiles(t, "services/users"))), ""), ":9999", "nothing is written that imports it")
}

const discoveringGo = `package orders

import (
	find "example.com/acme/services/orders/internal/discovery"
)

var _ find.Instance
`

// A package of the user's own, with the name of a package of the runtime that the tree does not have.
const (
	checkGo    = "package validation\n\n// Check is the user's.\nfunc Check() {}\n"
	checkingGo = "package orders\n\nimport \"example.com/acme/services/orders/internal/validation\"\n\nvar _ = validation.Check\n"
)

// TestRuntimeMoves from the services into one tree, from there into another folder, into a whole runtime that policies name, and back:
// the imports of their users' Go go along,
// also in the merged main.go, and all of it is in the end what it was.
func TestRuntimeMoves(t *testing.T) {
	newSharedWorkspace(t)
	offered, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	const offer = "this run writes the runtime into 2 trees of one Go module: with runtime: {dir: internal/runtime} in msgen.system.yaml they share one"
	assert.Contains(t, offered.Trees[0].Notes, offer)
	require.NoError(t, performed(offered.Trees...))
	quiet, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	assert.NotContains(t, quiet.Trees[0].Notes, offer, "once is enough")
	apart := slices.Sorted(maps.Keys(diskFiles(t, ".")))
	main, mine := "services/orders/cmd/orders/main.go", "services/orders/internal/orders/mine.go"
	put(t, mine, discoveringGo)
	edit(t, main, "import (\n", "import (\n\t\"example.com/acme/services/orders/internal/discovery\"\n")
	edit(t, main, "func main() {", "var _ discovery.Instance\n\nfunc main() {")
	put(t, "services/orders/internal/validation/check.go", checkGo)
	checking := "services/orders/internal/orders/checking.go"
	put(t, checking, checkingGo)
	before := read(t, main)
	edit(t, systemFile, "services:\n", shareRuntime+"services:\n")
	generate(t)
	assert.Equal(t, []string{"internal/runtime"}, runtimesOnDisk(t))
	shared := strings.NewReplacer("acme/services/orders/internal/discovery", "acme/internal/runtime/discovery")
	assert.Equal(t, shared.Replace(discoveringGo), read(t, mine), "nothing but the path of the import")
	assert.Equal(t, shared.Replace(before), read(t, main), "nothing but the path of the import")
	assert.Equal(t, checkingGo, read(t, checking), "the package is the user's, whatever the name")
	adding := "internal/runtime/transcoding/mine.go" // which no service needs
	put(t, adding, "package transcoding\n\n// Mine is the user's.\nfunc Mine() {}\n")
	used := strings.ReplaceAll(strings.ReplaceAll(checkingGo, "services/orders/internal/validation", "internal/runtime/transcoding"), "validation.Check", "transcoding.Mine")
	put(t, "services/orders/internal/orders/adding.go", used)

	edit(t, systemFile, "internal/runtime", "lib")
	_, err = bare(t, "services/orders")
	require.ErrorContains(t, err, "../../msgen.system.yaml: the tree was made with the shared runtime in another place")
	_, err = bare(t, "internal/runtime")
	require.ErrorContains(t, err, "../../msgen.system.yaml: the folder holds the runtime of this system, whose file no longer names it")
	generate(t)
	assert.Equal(t, []string{"lib"}, runtimesOnDisk(t))
	assert.Contains(t, read(t, mine), `find "example.com/acme/lib/discovery"`)
	assert.Equal(t, used, read(t, "services/orders/internal/orders/adding.go"), "the package is the user's, and stays")
	for _, own := range []string{adding, "services/orders/internal/orders/adding.go"} {
		require.NoError(t, os.Remove(filepath.FromSlash(own)))
	}
	assert.Empty(t, diskFiles(t, "internal"), "a tree that ends leaves nothing else")

	edit(t, systemFile, "runtime: {dir: lib}\n", "")
	whole, err := PlanRuntime(t.Context(), Options{Out: "platform", Version: "test"}, "")
	require.NoError(t, err)
	require.NoError(t, performed(whole))
	edit(t, "services/users/policy.yaml", "version: v1", "service: {runtime: example.com/acme/platform}")
	edit(t, "services/orders/policy.yaml", "dependencies:", "service: {runtime: ../../platform}\ndependencies:")
	generate(t)
	assert.Equal(t, []string{"platform"}, runtimesOnDisk(t))
	assert.Contains(t, read(t, mine), `find "example.com/acme/platform/discovery"`)
	tree, err := bare(t, "services/orders")
	require.NoError(t, err)
	assert.Empty(t, changes(tree))

	edit(t, "services/users/policy.yaml", "service: {runtime: example.com/acme/platform}", "version: v1")
	edit(t, "services/orders/policy.yaml", "service: {runtime: ../../platform}\n", "")
	require.NoError(t, os.RemoveAll("platform"))
	generate(t)
	assert.Equal(t, discoveringGo, read(t, mine))
	assert.Equal(t, before, read(t, main))
	assert.Equal(t, checkingGo, read(t, checking))
	for _, own := range []string{mine, checking, "services/orders/internal/validation/check.go"} {
		require.NoError(t, os.Remove(filepath.FromSlash(own)))
	}
	assert.Equal(t, apart, slices.Sorted(maps.Keys(diskFiles(t, "."))))
}

// TestServiceLeavesTheRuntime: it then has its own, and the others keep theirs.
func TestServiceLeavesTheRuntime(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", shareRuntime+"services:\n")
	generate(t)
	edit(t, systemFile, "- {dir: services/orders, protos: [proto/acme/orders/v1]}\n", "")
	tree, err := bare(t, "services/orders")
	require.NoError(t, err)
	assert.Contains(t, tree.Notes, "../../msgen.system.yaml does not name this service any longer: the tree has its own runtime, and ../../internal/runtime stays")
	assert.Contains(t, changes(tree), "create internal/backoff/backoff.go")
}

// TestSharedRuntimeOfAGateway: a run in the gateway's tree knows it too.
func TestSharedRuntimeOfAGateway(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", "gateway: {dir: edge, services: [acme.users.v1.Users]}\n"+shareRuntime+"services:\n")
	put(t, "edge/policy.yaml", "version: v1\n")
	generate(t)
	assert.Equal(t, []string{"internal/runtime"}, runtimesOnDisk(t))
	assert.Contains(t, read(t, "edge/internal/server/server.go"), `"example.com/acme/internal/runtime/transcoding"`)
	tree, err := bare(t, "edge")
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
	edit(t, systemFile, shareRuntime, "")
	_, err = bare(t, "edge")
	require.ErrorContains(t, err, "../msgen.system.yaml: the tree was made with the shared runtime in another place")
}

// TestPluginWritesNoSharedRuntime: protoc and buf write into one tree.
func TestPluginWritesNoSharedRuntime(t *testing.T) {
	files := map[string]string{
		systemFile:          "services: [{dir: users}]\ngateway: {dir: edge, services: [users.v1.Users]}\n" + shareRuntime,
		"go.mod":            "module example.com/acme\n",
		"users/users.proto": "syntax = \"proto3\";\npackage users.v1;\noption go_package = \"example.com/acme/users/gen/users/v1\";\nservice Users { rpc Get(M) returns (M); }\nmessage M {}\n",
		"users/policy.yaml": "version: v1\n",
		"edge/policy.yaml":  "version: v1\n",
	}
	c := newPluginCase(t, files, "users/users.proto")
	assert.Contains(t, c.answer("existing=edge,system="+systemFile).Response.GetError(),
		"runtime: the system has a tree for the runtime of all services, and protoc writes into the tree of the gateway alone")
	generate(t)
	assert.Contains(t, c.answer("existing=users").Response.GetError(), "the tree imports the runtime that its system shares, which msgen's plugin does not write")
}
