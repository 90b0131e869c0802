package generator

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// world is a folder with a story in it: files that users write, and trees that msgen makes of them. The working
// directory is where each step says that its user stands.
type world struct {
	*testing.T

	dir string
}

func newWorld(t *testing.T, files map[string]string) *world {
	t.Helper()
	w := &world{t, t.TempDir()}
	for name, text := range files {
		w.put(name, text)
	}
	return w
}

func (w *world) put(name, text string) {
	w.Helper()
	put(w.T, filepath.Join(w.dir, filepath.FromSlash(name)), text)
}

func (w *world) get(name string) string {
	w.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(name)))
	require.NoError(w, err, name)
	return string(content)
}

func (w *world) has(name string) bool { return exists(filepath.Join(w.dir, filepath.FromSlash(name))) }

// plan plans a run of a user who stands in the folder.
func (w *world) plan(folder string, opts Options) (*Tree, error) {
	w.Helper()
	w.Chdir(filepath.Join(w.dir, folder))
	opts.Version = "v1.0.0"
	opts.AllowBreaking = true
	return Plan(context.Background(), opts)
}

// generate runs, and returns what was done to each path that did not stay the same: "update policy.yaml".
func (w *world) generate(folder string, opts Options) []string {
	w.Helper()
	tree, err := w.plan(folder, opts)
	require.NoError(w, err)
	require.NoError(w, performed(tree))
	return changes(tree)
}

// refused runs and returns what stands in the way.
func (w *world) refused(opts Options) string {
	w.Helper()
	tree, err := w.plan(".", opts)
	require.NoError(w, err)
	err = performed(tree)
	require.Error(w, err)
	return err.Error()
}

func changes(tree *Tree) []string {
	var out []string
	for _, change := range tree.Changes() {
		if change.Action != Same && (change.Action != Keep || change.Reason != "") {
			out = append(out, string(change.Action)+" "+change.Path)
		}
	}
	return out
}

// only leaves what was done to inputs.
func only(changes []string, suffixes ...string) []string {
	return slices.DeleteFunc(changes, func(change string) bool {
		return !slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(change, suffix) })
	})
}

const (
	ordersProto  = "syntax = \"proto3\";\npackage orders.v1;\nimport \"common/money.proto\";\nservice Orders { rpc Get(.common.Money) returns (.common.Money); }\n"
	moneyProto   = "syntax = \"proto3\";\npackage common;\nmessage Money { int64 units = 1; }\n"
	ordersPolicy = "service: {name: orders, team: checkout}\n"
)

// outsideWorld has inputs that stand in no repository.
func outsideWorld(t *testing.T) (*world, Options) {
	w := newWorld(t, map[string]string{"api/orders.proto": ordersProto, "api/common/money.proto": moneyProto, "api/policy.yaml": ordersPolicy})
	return w, Options{Protos: []string{"api/orders.proto"}, ImportPaths: []string{"api"}, Out: "orders"}
}

// TestInputsFromOutsideAreCopied: a tree can be made again from what it holds, and a run from outside still rules.
func TestInputsFromOutsideAreCopied(t *testing.T) {
	w, outside := outsideWorld(t)
	w.generate(".", outside)
	assert.Equal(t, ordersProto, w.get("orders/proto/orders.proto"))
	assert.Equal(t, moneyProto, w.get("orders/proto/common/money.proto"))
	assert.Equal(t, ordersPolicy, w.get("orders/policy.yaml"))
	before := diskSum(t, filepath.Join(w.dir, "orders"))

	require.NoError(t, os.Rename(filepath.Join(w.dir, "api"), filepath.Join(w.dir, "gone")))
	for _, folder := range []string{"orders", "orders/internal/server"} {
		assert.Empty(t, w.generate(folder, Options{Full: true}), "a run in the tree makes the same tree")
	}
	assert.Equal(t, before, diskSum(t, filepath.Join(w.dir, "orders")))
	require.NoError(t, os.Rename(filepath.Join(w.dir, "gone"), filepath.Join(w.dir, "api")))

	w.put("api/common/money.proto", strings.Replace(moneyProto, "units", "cents", 1))
	w.put("api/policy.yaml", "service: {name: orders, team: payment}\n")
	done := w.generate(".", outside)
	assert.Subset(t, done, []string{"update gen/common/money.pb.go", "update policy.yaml", "update proto/common/money.proto"})
	assert.Contains(t, w.get("orders/proto/common/money.proto"), "cents")
	assert.Empty(t, w.generate("orders", Options{Full: true}))

	outside.Policy, outside.Protos = "", []string{"api/common/../orders.proto"}
	require.NoError(t, os.Remove(filepath.Join(w.dir, "api/policy.yaml")))
	assert.Contains(t, w.generate(".", outside), "remove policy.yaml")
	assert.NotContains(t, w.get("orders/internal/telemetry/telemetry.go"), "payment")
	assert.Empty(t, w.generate("orders", Options{Full: true}))
}

// TestEditedCopies: an edit of a copy is input to a run in the tree, and no run from outside loses it.
func TestEditedCopies(t *testing.T) {
	w, outside := outsideWorld(t)
	w.generate(".", outside)
	w.put("orders/proto/common/money.proto", strings.Replace(moneyProto, "units", "cents", 1))
	assert.Contains(t, w.refused(outside), "proto/common/money.proto was edited by hand")
	assert.Contains(t, w.get("orders/proto/common/money.proto"), "cents")

	tree, err := w.plan("orders", Options{})
	require.NoError(t, err)
	assert.Contains(t, tree.Changes(), Change{
		Path: "proto/common/money.proto", Action: Orphan, Owner: "generated",
		Reason: "was edited here: it is what the tree is made from now, and yours",
	})
	require.NoError(t, performed(tree))
	assert.Contains(t, w.get("orders/gen/common/money.pb.go"), "Cents")
	assert.Empty(t, w.generate("orders", Options{Full: true}), "and that is told once")
	assert.Contains(t, w.refused(outside), "proto/common/money.proto exists and was not written by msgen")

	outside.OverwriteGenerated = true
	assert.Contains(t, w.refused(outside), "proto/common/money.proto exists and was not written by msgen")
	assert.Contains(t, w.get("orders/proto/common/money.proto"), "cents")
}

// TestInputsThatTheUserPutIntoTheTree are neither taken over nor removed, whatever becomes of them.
func TestInputsThatTheUserPutIntoTheTree(t *testing.T) {
	w, outside := outsideWorld(t)
	w.put("orders/proto/extra.proto", "syntax = \"proto3\";\npackage extra;\nservice Extra {}\n")
	w.put("orders/proto/common/money.proto", moneyProto) // the same as outside
	both := outside
	both.Protos = []string{"api/orders.proto", "orders/proto/extra.proto"}
	both.ImportPaths = []string{"api", "orders/proto"}

	assert.NotContains(t, strings.Join(w.generate(".", both), "\n"), "proto/extra.proto")
	assert.Empty(t, w.generate("orders", Options{Full: true}))
	w.put("orders/proto/extra.proto", "syntax = \"proto3\";\npackage extra;\nservice Extra { rpc New(Extras) returns (Extras); }\nmessage Extras {}\n")
	assert.Empty(t, only(w.generate("orders", Options{}), ".proto", ".yaml"))
	assert.True(t, w.has("orders/internal/extra/extra.go"))

	assert.Empty(t, only(w.generate(".", outside), ".proto", ".yaml"), "it is an input no longer")
	assert.True(t, w.has("orders/proto/extra.proto"))
	assert.True(t, w.has("orders/proto/common/money.proto"))

	w.put("api/common/money.proto", strings.Replace(moneyProto, "units", "cents", 1))
	assert.Contains(t, w.refused(outside), "proto/common/money.proto exists and was not written by msgen")
}

// TestInputsOfOneRepository are remembered where they are, in the order that was given, and move with it.
func TestInputsOfOneRepository(t *testing.T) {
	w := newWorld(t, map[string]string{
		"repo/.git/HEAD":                         "",
		"repo/api/orders.proto":                  ordersProto,
		"repo/third_party/common/money.proto":    moneyProto,
		"repo/second/common/money.proto":         strings.Replace(moneyProto, "units", "never", 1),
		"repo/policies/orders.yaml":              ordersPolicy,
		"include/google/unrelated/nothing.proto": "",
	})
	opts := Options{
		Protos: []string{"api/orders.proto"}, ImportPaths: []string{"api", "../include", "third_party", "second"},
		Policy: "policies/orders.yaml", Out: "services/orders",
	}
	w.generate("repo", opts)
	tree, err := w.plan("repo/services/orders", Options{Full: true})
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
	made := tree.plan.Next.Inputs
	assert.Equal(t, []string{"../../api/orders.proto"}, made.Protos)
	assert.Equal(t, []string{"../../api", "../../third_party", "../../second"}, made.ImportPaths, "without the folder of another place that had nothing")
	assert.Equal(t, "../../policies/orders.yaml", made.Policy)
	assert.False(t, w.has("repo/services/orders/proto"))
	assert.NotContains(t, w.get("repo/services/orders/gen/common/money.pb.go"), "Never")

	require.NoError(t, os.MkdirAll(filepath.Join(w.dir, "far/away"), 0o755))
	require.NoError(t, os.Rename(filepath.Join(w.dir, "repo"), filepath.Join(w.dir, "far/away/moved")))
	assert.Empty(t, w.generate("far/away/moved/services/orders", Options{Full: true}))
	opts.ImportPaths = slices.Delete(opts.ImportPaths, 1, 2)
	assert.Empty(t, w.generate("far/away/moved", opts))

	w.put("far/away/moved/api/orders.proto", ordersProto+"service More {}\n")
	assert.Contains(t, w.generate("far/away/moved/services/orders", Options{}), "create internal/more/more.go")

	opts.ImportPaths, opts.Policy = []string{"api", "third_party"}, ""
	assert.Contains(t, w.generate("far/away/moved", opts), "update internal/telemetry/telemetry.go", "the policy is gone")
	assert.Empty(t, w.generate("far/away/moved/services/orders", Options{Full: true}))
	assert.Equal(t, ordersPolicy, w.get("far/away/moved/policies/orders.yaml"))
}

// TestImportPathAboveTheRepository: where names of protos begin above the repository, what they begin with is kept.
func TestImportPathAboveTheRepository(t *testing.T) {
	w := newWorld(t, map[string]string{
		"work/shop/.git/HEAD": "", "work/shop/orders.proto": strings.Replace(ordersProto, "common/", "shop/common/", 1), "work/shop/common/money.proto": moneyProto,
	})
	w.generate("work/shop", Options{Protos: []string{"orders.proto"}, ImportPaths: []string{".."}, Out: "orders"})
	require.NoError(t, os.Rename(filepath.Join(w.dir, "work"), filepath.Join(w.dir, "elsewhere")))
	assert.Empty(t, w.generate("elsewhere/shop/orders", Options{Full: true}))
}
