package generator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNamesOfTheModule: a tree whose protos import each other by the path of their Go module keeps the import path that this
// needs, wherever its next run starts and whatever names its protos.
func TestNamesOfTheModule(t *testing.T) {
	w := newWorld(t, map[string]string{
		".git/HEAD": "ref: refs/heads/main\n",
		"go.mod":    "module example.com/shop/v2\n\ngo 1.26\n",
		"orders/orders.proto": `syntax = "proto3";
package orders;
import "example.com/shop/types/types.proto";
option go_package = "example.com/shop/v2/services/orders/gen/orders";
service Orders { rpc Get(types.Id) returns (types.Id); }
`,
		"types/types.proto": `syntax = "proto3";
package types;
option go_package = "example.com/shop/v2/services/orders/gen/types";
message Id { string id = 1; }
`,
	})
	w.generate(".", Options{Protos: []string{"orders/orders.proto"}, Out: "services/orders"})
	tree, err := w.plan("services/orders/internal", Options{Full: true})
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
	assert.Equal(t, []string{"example.com/shop=../.."}, tree.plan.Next.Inputs.ImportPaths)
	assert.Empty(t, w.generate("orders", Options{Protos: []string{"orders.proto"}, Out: "../services/orders", Full: true}))

	_, err = w.plan(".", Options{Protos: []string{"orders/orders.proto"}, ImportPaths: []string{"other/name=."}, Out: "services/orders"})
	require.ErrorContains(t, err, `found "example.com/shop/types/types.proto", want a file below -I other/name=.; pass -I example.com/shop=.`)
}
