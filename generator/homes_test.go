package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRenamedService: handlers that their user has written go on answering a service that has another name, where they
// are. What nobody has touched moves to where a new service's would be.
func TestRenamedService(t *testing.T) {
	checker := &sharedChecker{typeChecker: newTypeChecker(t)}
	s := newShop(t)
	s.edit(orders, getBody, myBody, "*Server", "*Handlers", "*Server", "*Handlers", "*Server", "*Handlers", "*Server", "*Handlers",
		"type Server", "type Handlers", "&Server", "&Handlers")
	put(t, s.path("internal/orders/mine.go"), "package orders\n\nimport pb \"example.com/shop/gen/shop/v1\"\n\n"+
		"var _ pb.OrdersServer = (*Handlers)(nil) // mine\n\nconst method = pb.Orders_Get_FullMethodName\n")
	_, err := s.generate()
	require.NoError(t, err)
	before := s.get(orders)

	renamed := strings.Replace(matrixProto, "service Orders", "service Purchases", 1)
	put(t, s.path("shop.proto"), renamed)
	tree, err := s.generate()
	require.NoError(t, err)
	assert.Contains(t, tree.Notes, "shop.v1.Purchases was shop.v1.Orders: its handlers stay in "+s.path("internal/orders"))
	assert.Equal(t, strings.Replace(before, "UnsafeOrdersServer", "UnsafePurchasesServer", 1), s.get(orders), "nothing else has changed")
	assert.NoDirExists(t, s.path("internal/purchases"))
	require.NoError(t, s.check(checker))
	again, err := s.generate()
	require.NoError(t, err)
	assert.Empty(t, changes(again))

	put(t, s.path("shop.proto"), strings.Replace(strings.Replace(matrixProto, "service Orders", "service Sales", 1), shopPut, shopPut+"  rpc Put2(Ping) returns (Pong);\n", 1))
	_, err = s.generate()
	require.NoError(t, err)
	assert.Contains(t, s.get(orders), ") Put2(", "renamed, and with an RPC that is new")
	require.NoError(t, s.check(checker))
	put(t, s.path("shop.proto"), renamed)
	_, err = s.generate()
	require.NoError(t, err)

	put(t, s.path("shop.proto"), renamed+"service Orders { rpc Do(Ping) returns (Pong); }\n")
	_, err = s.generate()
	require.NoError(t, err)
	assert.FileExists(t, s.path("internal/shopv1orders/shopv1orders.go"), "the name is taken")
	require.NoError(t, s.check(checker))

	put(t, s.path("shop.proto"), strings.Replace(matrixProto, "service Extra", "service Other_", 1))
	_, err = s.generate()
	require.NoError(t, err)
	assert.Equal(t, before, s.get(orders), "and back")
	assert.NoDirExists(t, s.path("internal/extra"))
	assert.DirExists(t, s.path("internal/other"), "of what nobody has touched")
	require.NoError(t, s.check(checker))
}

// TestHandlersStay where they are when another service comes that has the same name in another package.
func TestHandlersStay(t *testing.T) {
	checker := &sharedChecker{typeChecker: newTypeChecker(t)}
	s := newShop(t)
	s.edit(orders, getBody, myBody)
	edits["field added"](s)
	before := s.get(orders)
	put(t, s.path("v2.proto"), strings.Replace(shopHead, "v1", "v2", 1)+"service Orders { rpc Do(Ping) returns (Ping); }\nmessage Ping {}\n")
	tree, err := s.generate("shop.proto", "v2.proto")
	require.NoError(t, err)
	require.NoError(t, s.check(checker))
	assert.Equal(t, before, s.get(orders))
	assert.FileExists(t, s.path("internal/shopv2orders/shopv2orders.go"))
	assert.Contains(t, s.get("cmd/shop/main.go"), `ShopV1Orders: orders.New("mine"),`)
	assert.NotContains(t, strings.Join(tree.Notes, "\n"), "compile")

	_, err = s.generate("shop.proto")
	require.NoError(t, err)
	require.NoError(t, s.check(checker))
	assert.Equal(t, before, s.get(orders))
	assert.NoDirExists(t, s.path("internal/shopv2orders"))
	assert.Contains(t, s.get("cmd/shop/main.go"), `Orders: orders.New("mine"),`)
}

// TestHandlersInAFolderWithAnyName: the path of a tree is not a pattern.
func TestHandlersInAFolderWithAnyName(t *testing.T) {
	s := newShop(t)
	s.dir = filepath.Join(t.TempDir(), "shop[1]")
	put(t, s.path("shop.proto"), matrixProto)
	put(t, s.path("policy.yaml"), matrixPolicy)
	_, err := s.generate()
	require.NoError(t, err)
	s.edit(orders, getBody, myBody)
	put(t, s.path("shop.proto"), strings.Replace(matrixProto, shopPut, shopPut+"  rpc Put2(Ping) returns (Pong);\n", 1))
	_, err = s.generate()
	require.NoError(t, err)
	assert.Contains(t, s.get(orders), myBody)
	assert.Contains(t, s.get(orders), ") Put2(")
}

// TestWhoseHandlersIsNotGuessed: a service that goes while two come that are alike is no service that was renamed, and
// neither is one that comes with other messages.
func TestWhoseHandlersIsNotGuessed(t *testing.T) {
	s := newShop(t)
	s.edit(orders, getBody, myBody)
	rpcs := shopGet + shopWatch + shopPut
	for name, services := range map[string]string{
		"two alike":      "service A {\n" + rpcs + "}\nservice B {\n" + rpcs + "}\n",
		"other messages": "service A {\n" + strings.ReplaceAll(rpcs, "Pong", "Other") + "}\n",
	} {
		put(t, s.path("shop.proto"), shopHead+services+shopExtra+shopTypes)
		tree, err := s.generate()
		require.NoError(t, err)
		assert.DirExists(t, s.path("internal/a"), name)
		assert.Contains(t, changes(tree), "orphan "+orders, name)
		mine, err := os.ReadFile(filepath.FromSlash(s.path(orders)))
		require.NoError(t, err)
		assert.Contains(t, string(mine), myBody, name)

		put(t, s.path("shop.proto"), matrixProto)
		require.NoError(t, os.RemoveAll(s.path("internal/orders")))
		_, err = s.generate()
		require.NoError(t, err)
		s.edit(orders, getBody, myBody)
	}
}
