package generator

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sharedWorkspace is a Go module with one folder of protos and two services, one of which calls the other. Of the Go packages, one has
// its go_package in the tree of shared stubs, one in the tree of a service, and one nowhere.
var sharedWorkspace = map[string]string{
	systemFile: `services:
- {dir: services/users, protos: [proto/acme/users/v1]}
- {dir: services/orders, protos: [proto/acme/orders/v1]}
`,
	"proto/acme/common/v1/money.proto": "syntax = \"proto3\";\npackage acme.common.v1;\nmessage Money { int64 units = 1; }\n",
	"proto/acme/users/v1/users.proto": `syntax = "proto3";
package acme.users.v1;
option go_package = "example.com/acme/gen/acme/users/v1;usersv1";
import "acme/common/v1/money.proto";
service Users { rpc GetUser(User) returns (User) { option idempotency_level = NO_SIDE_EFFECTS; } }
message User { acme.common.v1.Money balance = 1; }
`,
	"proto/acme/orders/v1/orders.proto": `syntax = "proto3";
package acme.orders.v1;
option go_package = "example.com/acme/services/orders/gen/acme/orders/v1;ordersv1";
import "acme/users/v1/users.proto";
import "acme/common/v1/money.proto";
service Orders { rpc PlaceOrder(acme.users.v1.User) returns (acme.common.v1.Money); }
`,
	"services/users/policy.yaml": "version: v1\n",
	"services/orders/policy.yaml": `dependencies:
- {name: users, proto: ../../proto/acme/users/v1/users.proto, policy: ../users/policy.yaml}
resilience: {defaults: {breaker: {}}, methods: {PlaceOrder: {calls: [users/GetUser]}}}
`,
}

const shareStubs = "stubs: {dir: gen}\n"

// newSharedWorkspace is the working directory of the test.
func newSharedWorkspace(t *testing.T) {
	t.Helper()
	shop, err := os.ReadFile("../examples/shop/go.mod")
	require.NoError(t, err)
	sums, err := os.ReadFile("../examples/shop/go.sum")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	t.Chdir(dir)
	_, rest, _ := strings.Cut(string(shop), "\n")
	put(t, "go.mod", "module example.com/acme\n"+rest)
	put(t, "go.sum", string(sums))
	for name, content := range sharedWorkspace {
		put(t, filepath.FromSlash(name), content)
	}
}

// stubsOnDisk are the stubs of all trees, by their paths.
func stubsOnDisk(t *testing.T) []string {
	t.Helper()
	var stubs []string
	for name := range diskFiles(t, ".") {
		if strings.HasSuffix(name, ".pb.go") {
			stubs = append(stubs, filepath.ToSlash(name))
		}
	}
	slices.Sort(stubs)
	return stubs
}

// bare is a run in the folder of a tree, without an argument.
func bare(t *testing.T, dir string) (*Tree, error) {
	t.Helper()
	t.Chdir(dir)
	defer t.Chdir(strings.Repeat("../", strings.Count(dir, "/")+1))
	return Plan(context.Background(), Options{Version: "test"})
}

// TestSharedStubs: a Go module has the stubs of its services once, and a run in one of the trees knows.
func TestSharedStubs(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", shareStubs+"services:\n")
	generate(t)
	assert.Equal(t, []string{
		"gen/acme/common/v1/money.pb.go",
		"gen/acme/orders/v1/orders.pb.go", "gen/acme/orders/v1/orders_grpc.pb.go",
		"gen/acme/users/v1/users.pb.go", "gen/acme/users/v1/users_grpc.pb.go",
	}, stubsOnDisk(t))
	trees := []string{"gen", "services/users", "services/orders"}
	again, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	for i, dir := range trees {
		assert.Equal(t, filepath.FromSlash(dir), again.Trees[i].Dir)
		assert.Empty(t, changes(again.Trees[i]), dir)
		tree, err := bare(t, dir)
		require.NoError(t, err, dir)
		assert.Empty(t, changes(tree), dir)
	}
	goRun(t, ".", "vet", "./gen/...", "./services/orders/internal/orders")

	edit(t, "proto/acme/common/v1/money.proto", "int64 units = 1;", "int64 units = 1; int32 nanos = 2;")
	_, err = bare(t, "services/orders")
	require.ErrorContains(t, err, `money.proto: the stubs that the services share are not up to date: found "../../gen", want stubs of this proto as it is; `+
		`msgen generate ../../msgen.system.yaml`)
	stubs, err := bare(t, "gen")
	require.NoError(t, err)
	assert.Equal(t, []string{"update acme/common/v1/money.pb.go"}, changes(stubs))
	generate(t)
	_, err = bare(t, "services/orders")
	require.NoError(t, err)

	put(t, "gen/acme/users/v1/users.pb.go", "package usersv1\n")
	_, err = bare(t, "services/users")
	require.ErrorContains(t, err, "../../gen/acme/users/v1/users.pb.go: this file of the stubs that the services share is not as msgen wrote it")
	edit(t, "services/users/policy.yaml", "version: v1", "server: {grpcPort: 9999}")
	refused, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	require.ErrorContains(t, performed(refused.Trees...), "users.pb.go was edited by hand")
	assert.NotContains(t, strings.Join(slices.Collect(maps.Values(diskFiles(t, "services/users"))), ""), ":9999", "nothing is written that imports them")
}

const usersGo = `package orders

import (
	stock "example.com/acme/services/orders/gen/acme/users/v1"
)

var Nobody stock.User
`

// TestStubsMove from the services into one tree, from there into another folder, and back: their users' Go goes along, and is in the end
// what it was.
func TestStubsMove(t *testing.T) {
	newSharedWorkspace(t)
	generate(t)
	apart := stubsOnDisk(t)
	handlers, mine := "services/orders/internal/orders/orders.go", "services/orders/internal/orders/mine.go"
	edit(t, handlers, "return nil, status.Error(codes.Unimplemented, \"PlaceOrder is not implemented\")", "return req.GetBalance(), nil")
	edit(t, handlers, "\t\"google.golang.org/grpc/codes\"\n\t\"google.golang.org/grpc/status\"\n\n", "")
	put(t, mine, usersGo)
	before := read(t, handlers)
	edit(t, systemFile, "services:\n", shareStubs+"services:\n")
	generate(t)
	want := strings.ReplaceAll(before, "example.com/acme/services/orders/gen/", "example.com/acme/gen/")
	assert.Equal(t, want, read(t, handlers), "nothing but the paths of imports")
	assert.Equal(t, strings.ReplaceAll(usersGo, "/services/orders/gen/", "/gen/"), read(t, mine))
	for _, stub := range stubsOnDisk(t) {
		assert.True(t, strings.HasPrefix(stub, "gen/"), stub)
	}

	edit(t, systemFile, "dir: gen", "dir: api/stubs")
	generate(t)
	assert.Equal(t, strings.ReplaceAll(want, "acme/gen/", "acme/api/stubs/"), read(t, handlers))
	assert.Empty(t, diskFiles(t, "gen"), "a tree that ends leaves nothing")

	edit(t, systemFile, "stubs: {dir: api/stubs}\n", "")
	_, err := bare(t, "services/orders")
	require.ErrorContains(t, err, "../../msgen.system.yaml: the tree was made with the shared stubs in another place")
	generate(t)
	assert.Equal(t, apart, stubsOnDisk(t))
	assert.Equal(t, before, read(t, handlers))
	assert.Equal(t, usersGo, read(t, mine))
}

// TestServiceLeavesItsSystem: it then has its own stubs, and the others keep theirs.
func TestServiceLeavesItsSystem(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", shareStubs+"services:\n")
	generate(t)
	edit(t, systemFile, "- {dir: services/orders, protos: [proto/acme/orders/v1]}\n", "")
	tree, err := bare(t, "services/orders")
	require.NoError(t, err)
	assert.Contains(t, tree.Notes, "../../msgen.system.yaml does not name this service any longer: the tree has its own stubs, and ../../gen stays")
	assert.Contains(t, changes(tree), "create gen/acme/orders/v1/orders.pb.go")
}

const edgeProto = `syntax = "proto3";
package acme.edge.v1;
import "acme/users/v1/users.proto";
service Edge { rpc Ask(acme.users.v1.User) returns (acme.users.v1.User); }
`

// TestSharedStubsOfAGateway: the gateway shares the stubs of its services, and the stubs of its own proto are with them.
func TestSharedStubsOfAGateway(t *testing.T) {
	newSharedWorkspace(t)
	edit(t, systemFile, "services:\n", "gateway: {dir: edge, services: [acme.users.v1.Users]}\n"+shareStubs+"services:\n")
	put(t, "edge/policy.yaml", "version: v1\n")
	put(t, "edge/edge.proto", edgeProto)
	generate(t)
	stubs := stubsOnDisk(t)
	assert.Contains(t, stubs, "gen/acme/edge/v1/edge_grpc.pb.go")
	assert.Len(t, stubs, 7, "and nothing outside of gen")
	assert.Contains(t, read(t, "edge/internal/users/users.go"), `usersv1 "example.com/acme/gen/acme/users/v1"`)
	tree, err := bare(t, "edge")
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
	assert.NotContains(t, strings.Join(tree.Notes, "\n"), "any longer")
	edit(t, "edge/edge.proto", "rpc Ask(", "rpc Tell(acme.users.v1.User) returns (acme.users.v1.User);\n  rpc Ask(")
	_, err = bare(t, "edge")
	require.ErrorContains(t, err, "edge.proto: the stubs that the services share are not up to date")
	generate(t)
	edit(t, systemFile, shareStubs, "")
	_, err = bare(t, "edge")
	assert.ErrorContains(t, err, "../msgen.system.yaml: the tree was made with the shared stubs in another place")
}

// TestPluginWritesNoSharedStubs: protoc and buf write into one tree.
func TestPluginWritesNoSharedStubs(t *testing.T) {
	files := map[string]string{
		systemFile:          "services: [{dir: users}]\ngateway: {dir: edge, services: [users.v1.Users]}\n" + shareStubs,
		"go.mod":            "module example.com/acme\n",
		"users/users.proto": "syntax = \"proto3\";\npackage users.v1;\noption go_package = \"example.com/acme/gen/users/v1\";\nservice Users { rpc Get(M) returns (M); }\nmessage M {}\n",
		"users/policy.yaml": "version: v1\n",
		"edge/policy.yaml":  "version: v1\n",
	}
	for _, stubs := range []string{"stubs=true", "stubs=false"} {
		c := newPluginCase(t, files, "users/users.proto")
		assert.Contains(t, c.answer("existing=edge,system="+systemFile+","+stubs).Response.GetError(),
			"stubs: the system has a tree for the stubs of all services, and protoc writes into the tree of the gateway alone")
		generate(t)
		assert.Contains(t, c.answer("existing=users,"+stubs).Response.GetError(), "the tree imports the stubs that its system shares, which msgen's plugin does not write")
		_, err := Plan(t.Context(), Options{Out: "users", Version: "test"})
		require.NoError(t, err)
	}
}
