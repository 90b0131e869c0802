package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	sharedGo  = "package shared\n\ntype Base struct{}\n\nfunc (Base) Get() {}\n"
	sharedMod = "module example.org/shared\n\ngo 1.26.0\n"
)

// TestEmbeddedMethods: wherever the program gets an embedded type from, its methods answer, and a run that has nothing else to do
// changes nothing. Where nobody has the type, the run says so and adds nothing.
func TestEmbeddedMethods(t *testing.T) {
	s := newShop(t)
	t.Setenv("GOMODCACHE", filepath.Join(s.dir, "cache"))
	all := s.get(orders)
	from, to := strings.Index(all, "// Get answers"), strings.Index(all, "// Watch answers")
	mine := strings.Replace(all[:from]+all[to:], "type Server struct {\n", "type Server struct {\n\tshared.Base\n", 1)
	put(t, s.path(orders), strings.Replace(mine, "\t\"google.golang.org/grpc\"\n", "\t\"google.golang.org/grpc\"\n\t\"example.org/shared\"\n", 1))
	goMod := s.get("go.mod")
	for name, c := range map[string]struct {
		goMod string // the end of go.mod
		files map[string]string
		noted string
	}{
		"nowhere": {"require example.org/shared v1.2.3\n", nil,
			": Server embeds shared.Base, which is in no package that msgen finds: it may have the methods that are missing here, so that none was added (Get); run go mod download"},
		"in the module cache": {"require example.org/shared v1.2.3\n", map[string]string{"cache/example.org/shared@v1.2.3/shared.go": sharedGo}, ""},
		"in the module cache under another name": {
			"require example.org/shared v1.2.3\n\nreplace example.org/shared => example.org/Fork v1.0.0\n",
			map[string]string{"cache/example.org/!fork@v1.0.0/shared.go": sharedGo}, "",
		},
		"in a folder": {
			"require example.org/shared v1.2.3\n\nreplace example.org/shared => ./other\n",
			map[string]string{"other/go.mod": sharedMod, "other/shared.go": sharedGo}, "",
		},
		"in the workspace": {"", map[string]string{
			"go.work": "go 1.26.0\n\nuse (\n\t.\n\t./other\n)\n", "other/go.mod": sharedMod, "other/shared.go": sharedGo,
		}, ""},
		"in the vendor folder": {"require example.org/shared v1.2.3\n", map[string]string{
			"vendor/modules.txt": "", "vendor/example.org/shared/shared.go": sharedGo,
		}, ""},
	} {
		for _, dir := range []string{"cache", "other", "vendor", "go.work"} {
			require.NoError(t, os.RemoveAll(s.path(dir)))
		}
		put(t, s.path("go.mod"), goMod+"\n"+c.goMod)
		for file, text := range c.files {
			put(t, s.path(file), text)
		}
		tree, err := s.generate()
		require.NoError(t, err, name)
		assert.NotContains(t, s.get(orders), ") Get(", name)
		if notes := strings.Join(tree.Notes, "\n"); c.noted != "" {
			assert.Contains(t, notes, c.noted, name)
		} else {
			assert.NotContains(t, notes, orders, name)
		}
	}
}

// TestEmbeddedInStubs: a type that embeds the interface of the service has what the stubs of this run declare, and not what those on disk
// do. The shortcut of an unchanged run comes to the same result.
func TestEmbeddedInStubs(t *testing.T) {
	s := newShop(t)
	put(t, s.path("internal/base/base.go"), "package base\n\nimport shopv1 \"example.com/shop/gen/shop/v1\"\n\ntype Base[T any] struct{ shopv1.OrdersServer }\n")
	put(t, s.path(orders), "package orders\n\nimport \"example.com/shop/internal/base\"\n\ntype Server struct{ *base.Base[int] }\n\nfunc New() *Server { return &Server{} }\n")
	before := s.get(orders)
	put(t, s.path("shop.proto"), strings.Replace(matrixProto, shopPut, shopPut+"  rpc Put2(Ping) returns (Pong);\n", 1))
	tree, err := s.generate()
	require.NoError(t, err)
	assert.Equal(t, before, s.get(orders))
	assert.NotContains(t, strings.Join(tree.Notes, "\n"), orders)

	again, err := Plan(t.Context(), Options{Out: s.dir, Version: "v1.0.0"})
	require.NoError(t, err)
	assert.Empty(t, again.plan.Changes())
	assert.Empty(t, again.Name, "the shortcut was taken")
}
