package generator

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// move moves the handlers of a tree to another folder, and main.go with them.
func (s *shop) move(to string) {
	s.Helper()
	require.NoError(s, os.MkdirAll(s.path(to), 0o755))
	require.NoError(s, os.Rename(s.path("internal/orders"), s.path(to+"/orders")))
	s.edit("cmd/shop/main.go", "shop/internal/orders\"", "shop/"+to+"/orders\"")
}

// TestMovedHandlers: handlers that their user has moved are kept up to date where they are, and do not come again where they were.
func TestMovedHandlers(t *testing.T) {
	const moved = "internal/transport/orders/orders.go"
	another := func(s *shop, name string) {
		put(s.T, s.path("internal/another/another.go"), "package another\n\nimport pb \"example.com/shop/gen/shop/v1\"\n\n"+
			"type "+name+" struct{ pb.UnimplementedOrdersServer }\n")
	}
	for name, c := range map[string]struct {
		edit func(s *shop)
		told string // empty: the handlers are found
	}{
		"main passes them on": {func(s *shop) { another(s, "Server") }, ""},
		"main passes them in a variable": {func(s *shop) {
			another(s, "Server")
			s.edit("cmd/shop/main.go", "\tsrv, err :=", "\tvar handlers = wrap(orders.New())\n\twrapped := handlers\n\tsrv, err :=", "orders.New(),", "wrapped,")
		}, ""},
		"the one type that embeds the stubs": {func(s *shop) { s.edit("cmd/shop/main.go", "orders.New()", "wired.New()") }, ""},
		"no type embeds them": {
			func(s *shop) { require.NoError(s, os.RemoveAll(s.path("internal/transport"))) },
			"internal/orders/orders.go: no method for the RPC Put2, and main.go passes no type of this tree that has others: add func (s *Server) Put2(",
		},
		"two types embed them": {
			func(s *shop) { another(s, "Server"); s.edit("cmd/shop/main.go", "orders.New()", "wired.New()") },
			"no method for the RPC Put2, and several types that may be the one to have it, in internal/another and internal/transport/orders, of which main.go passes none alone: add func (s *Server) Put2(",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			s.edit(orders, getBody, myBody)
			s.move("internal/transport")
			c.edit(s)
			put(t, s.path("shop.proto"), strings.Replace(strings.Replace(matrixProto, shopPut, shopPut+"  rpc Put2(Ping) returns (Pong);\n", 1), shopWatch, "", 1))
			tree, err := s.generate()
			require.NoError(t, err)
			assert.NoDirExists(t, s.path("internal/orders"))
			if c.told != "" {
				assert.Contains(t, strings.Join(tree.Notes, "\n"), c.told)
				return
			}
			assert.Contains(t, s.get(moved), myBody)
			assert.Contains(t, s.get(moved), ") Put2(")
			assert.NotContains(t, s.get(moved), ") Watch(")
			assert.Contains(t, s.get("internal/transport/orders/orders_test.go"), "func TestPut2(")
			assert.Contains(t, tree.Changes(), Change{Path: orders, Action: Keep, Owner: "yours", Reason: "was moved to internal/transport/orders, where it is kept up to date from now on"})
			again, err := s.generate()
			require.NoError(t, err)
			assert.Empty(t, changes(again))
		})
	}
}

// TestMovedHandlersOfARenamedService: the service has another name, and its handlers stay where their user has moved them.
func TestMovedHandlersOfARenamedService(t *testing.T) {
	s := newShop(t)
	s.edit(orders, getBody, myBody)
	s.move("transport")
	s.edit("cmd/shop/main.go", "orders.New()", "wired.New()")
	put(t, s.path("shop.proto"), strings.NewReplacer("service Orders", "service Purchases", shopPut, shopPut+"  rpc Put2(Ping) returns (Pong);\n").Replace(matrixProto))
	_, err := s.generate()
	require.NoError(t, err)
	assert.NoDirExists(t, s.path("internal/orders"))
	assert.NoDirExists(t, s.path("internal/purchases"))
	assert.Contains(t, s.get("transport/orders/orders.go"), "UnsafePurchasesServer")
	assert.Contains(t, s.get("transport/orders/orders.go"), ") Put2(")

	put(t, s.path("policy.yaml"), matrixPolicy+"server: {rateLimit: {requestsPerSecond: 1}}\n")
	_, err = s.generate()
	require.NoError(t, err)
	again, err := Plan(t.Context(), Options{Out: s.dir, Version: "v1.0.0"})
	require.NoError(t, err)
	assert.Empty(t, again.plan.Changes())
	assert.Empty(t, again.Name, "the shortcut was taken")
}
