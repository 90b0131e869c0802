package generator

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGatewayIsMadeAgain changes what a gateway leads to, once from the system file and once from its own folder: what its
// user wrote stays, and what is new is passed on.
func TestGatewayIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	for name, content := range goldenInputs(t, "gateway") {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), string(content))
	}
	t.Chdir(dir)
	generate(t)
	handlers := filepath.Join("edge", "internal", "books", "books.go")
	edit(t, handlers, "return clients.Forward(ctx, req, s.deps.Books.Books.AddBook)", `req.Name = strings.TrimSpace(req.GetName())
	return clients.Forward(ctx, req, s.deps.Books.Books.AddBook)`)
	edit(t, handlers, `import (`, "import (\n\t\"strings\"")
	edit(t, filepath.Join("books", "books.proto"), "rpc Talk", "rpc Burn(Book) returns (Book);\n  rpc Talk")

	t.Chdir(filepath.Join(dir, "edge"))
	tree, err := Plan(context.Background(), Options{Version: "test"})
	require.NoError(t, err)
	require.NoError(t, performed(tree))
	got := read(t, filepath.Join("internal", "books", "books.go"))
	assert.Contains(t, got, "strings.TrimSpace")
	assert.Contains(t, got, "return clients.Forward(ctx, req, s.deps.Books.Books.Burn)")
	goRun(t, ".", "vet", "./internal/...")

	t.Chdir(dir)
	generate(t)
	assert.Equal(t, got, read(t, handlers))
	again, err := PlanSystem(context.Background(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	for _, change := range again.Trees[2].Changes() {
		assert.Contains(t, []Action{Same, Keep}, change.Action, change.Path)
	}

	_, err = Plan(context.Background(), Options{Protos: []string{"books/books.proto"}, Out: "edge", Version: "test"})
	assert.ErrorContains(t, err, "the tree is the gateway of a system, which protos alone do not make")
	edit(t, systemFile, "gateway: {dir: edge}\n", "")
	t.Chdir(filepath.Join(dir, "edge"))
	_, err = Plan(context.Background(), Options{Version: "test"})
	assert.ErrorContains(t, err, "../msgen.system.yaml: the tree was made as the gateway of this system, which has it for one no more")
}

// generate makes all trees of the system in the working directory.
func generate(t *testing.T) {
	t.Helper()
	system, err := PlanSystem(context.Background(), systemFile, Options{Version: "test"})
	require.NoError(t, err)
	require.NoError(t, performed(system.Trees...))
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}
