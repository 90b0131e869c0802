package generator

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExtendingCompiles: a tree compiles with the options.go that docs/extending.md shows.
func TestExtendingCompiles(t *testing.T) {
	page, err := os.ReadFile("../docs/extending.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(page), "```go\n")
	shown, _, found := strings.Cut(rest, "```\n")
	require.True(t, found)

	w, opts := outsideWorld(t)
	w.generate(".", opts)
	require.Contains(t, w.get("orders/go.mod"), "module example.com/orders\n")
	require.True(t, w.has("orders/cmd/orders/options.go"))
	w.put("orders/cmd/orders/options.go", shown)
	require.NoError(t, newTypeChecker(t).check("example.com/orders", w.goFiles("orders")))
}
