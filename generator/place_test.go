package generator

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

const shopProto = "syntax = \"proto3\";\npackage shop.orders.v1;\nservice Orders { rpc Get(Order) returns (Order); }\nmessage Order {}\n"

// TestPlace has every place that a tree can stand in, seen from the go.mod around it and from service.module.
func TestPlace(t *testing.T) {
	for name, c := range map[string]struct {
		goMod, module string // go.mod is that of the repository, whose folder services/orders is the output
		imports       string // the path that main.go imports packages of the tree by
		own           string // the module that the tree's own go.mod names; empty without one
	}{
		"no go.mod":                         {"", "", "example.com/orders", "example.com/orders"},
		"no go.mod, a module":               {"", "example.com/shop/v2", "example.com/shop/v2", "example.com/shop/v2"},
		"a go.mod above":                    {"example.com/shop", "", "example.com/shop/services/orders", ""},
		"a go.mod above, its module":        {"example.com/shop", "example.com/shop", "example.com/shop/services/orders", ""},
		"a go.mod above, the tree's path":   {"example.com/shop", "example.com/shop/services/orders", "example.com/shop/services/orders", ""},
		"a go.mod above, another module":    {"example.com/shop", "example.com/orders", "example.com/orders", "example.com/orders"},
		"a go.mod above, a module below it": {"example.com/shop", "example.com/shop/orders", "example.com/shop/orders", "example.com/shop/orders"},
		"a go.mod above, of one word":       {"shop", "", "shop/services/orders", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, map[string]string{"repo/.git/HEAD": "", "repo/orders.proto": shopProto})
			if c.goMod != "" {
				w.put("repo/go.mod", "module "+c.goMod+"\n")
			}
			if c.module != "" {
				w.put("repo/policy.yaml", "service: {module: "+c.module+"}\n")
			}
			for _, run := range []string{"the first run", "the second run"} {
				done := w.generate("repo", Options{Protos: []string{"orders.proto"}, Out: "services/orders", Full: true})
				assert.Equal(t, run == "the first run", len(done) > 0)
				assert.Contains(t, w.get("repo/services/orders/cmd/orders/main.go"), `"`+c.imports+`/internal/server"`, run)
				assert.Equal(t, c.own != "", w.has("repo/services/orders/go.mod"), run)
				if c.own != "" {
					assert.Contains(t, w.get("repo/services/orders/go.mod"), "module "+c.own+"\n", run)
				}
			}
		})
	}
}

// TestPlaceInAModule: the tree is a part of the module around it, or beside it, and says only what that module lacks.
func TestPlaceInAModule(t *testing.T) {
	for _, out := range []string{".", "services/orders"} {
		w := newWorld(t, map[string]string{
			"repo/orders.proto": shopProto,
			"repo/go.mod":       "module example.com/shop\n\ngo 1.26\n\nrequire google.golang.org/grpc v1.999.0\n\nrequire google.golang.org/protobuf v1.0.0\n",
		})
		goMod := w.get("repo/go.mod")
		tree, err := w.plan("repo", Options{Protos: []string{"orders.proto"}, Out: out})
		require.NoError(t, err)
		require.Len(t, tree.Next, 1)
		assert.Regexp(t, `^go get .*google\.golang\.org/protobuf@v1\.\d\d`, tree.Next[0], "what is too old")
		assert.Contains(t, tree.Next[0], "github.com/prometheus/client_golang@v", "what is missing")
		assert.NotContains(t, tree.Next[0], "google.golang.org/grpc@", "not what is there, and newer")
		require.NoError(t, performed(tree))
		assert.Equal(t, goMod, w.get("repo/go.mod"), "it is its user's")

		again, err := w.plan("repo", Options{Out: out, Full: true})
		require.NoError(t, err)
		assert.Equal(t, tree.Next, again.Next, "as long as nobody has done it")
	}
}

// TestPlaceThatChanges: a tree keeps the module that it has, until its policy names another one.
func TestPlaceThatChanges(t *testing.T) {
	w := newWorld(t, map[string]string{"repo/orders.proto": shopProto})
	generate := Options{Protos: []string{"orders.proto"}, Out: "orders"}
	w.generate("repo", generate)

	w.put("repo/go.mod", "module example.com/shop\n")
	assert.Empty(t, w.generate("repo", generate), "a go.mod above comes later")

	w.put("repo/policy.yaml", "service: {module: example.com/moved}\n")
	done := w.generate("repo", generate)
	assert.Subset(t, done, []string{"update go.mod", "update cmd/orders/main.go", "update internal/orders/orders.go"})
	assert.Contains(t, w.get("repo/orders/go.mod"), "module example.com/moved\n")
	assert.NotContains(t, w.get("repo/orders/internal/server/server.go"), "example.com/orders")

	require.NoError(t, os.Remove(filepath.Join(w.dir, "repo/policy.yaml")))
	assert.Equal(t, []string{"remove policy.yaml"}, w.generate("repo", generate), "without a word of it the module stays")

	w.put("repo/orders/go.mod", strings.Replace(w.get("repo/orders/go.mod"), "example.com/moved", "example.com/renamed", 1))
	assert.Contains(t, w.generate("repo/orders", Options{}), "update internal/server/server.go", "the user may rename it as well")
	assert.Contains(t, w.get("repo/orders/internal/server/server.go"), `"example.com/renamed/internal/config"`)
}

// TestPlaceRefused: what contradicts itself is one problem, where its user can mend it.
func TestPlaceRefused(t *testing.T) {
	for name, c := range map[string]struct {
		goMod, policy, out string
		want               string
	}{
		"another module's folder": {
			"module example.com/shop\n", "service:\n  module: example.com/orders\n", ".",
			`policy.yaml:2:11: service.module: not the module of the go.mod in the output folder: found "example.com/orders", want "example.com/shop"; leave service.module out, or generate into another folder`,
		},
		"a folder that is no import path": {
			"module example.com/shop\n", "version: v1\n", "my services/orders",
			`msgen: the output folder cannot be a package of the module around it: found "example.com/shop/my services/orders", want an import path: elements of letters, digits, '-', '_', '.' and '~'; generate into a folder of another name, or write a service.module of its own into the policy`,
		},
		"a go.mod without a module": {
			"go 1.26\n", "version: v1\n", "orders",
			"go.mod: names no module: want a module directive; run go mod init in its folder",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, map[string]string{"orders.proto": shopProto, "go.mod": c.goMod, "policy.yaml": c.policy})
			_, err := w.plan(".", Options{Protos: []string{"orders.proto"}, Out: c.out})
			problems, ok := errors.AsType[*diag.ListError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, c.want, problems.Error())
		})
	}
}
