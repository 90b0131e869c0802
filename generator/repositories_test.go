package generator

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	stockProto  = "syntax = \"proto3\";\npackage stock.v1;\nservice Stock { rpc Take(Item) returns (Item); }\nmessage Item { string id = 1; }\n"
	sellProto   = "syntax = \"proto3\";\npackage orders.v1;\nservice Orders { rpc Get(Order) returns (Order); }\nmessage Order { string id = 1; }\n"
	shipsPolicy = "version: v1\ndeploy:\n  image: registry.example.com/shop/orders\n  ci: [github, gitlab, jenkins]\n"
)

// repositoryWorld has a tree in a folder of a repository, which is a worktree, with a proto in another folder of it.
func repositoryWorld(t *testing.T) (*world, Options) {
	w := newWorld(t, map[string]string{".git": "gitdir: elsewhere\n", "api/orders.proto": sellProto, "services/orders/policy.yaml": shipsPolicy})
	return w, Options{Protos: []string{"api/orders.proto"}, Policy: "services/orders/policy.yaml", Out: "services/orders"}
}

// TestPipelinesBelowTheRoot start at the root of the repository, whatever the folder of the go.mod, and after what the tree is made
// from has changed.
func TestPipelinesBelowTheRoot(t *testing.T) {
	w, opts := repositoryWorld(t)
	w.generate(".", opts)
	workflow, gitLab, jenkins := w.get("services/orders/.github/workflows/orders.yaml"), w.get("services/orders/.gitlab-ci.yml"), w.get("services/orders/Jenkinsfile")
	assert.Contains(t, workflow, "  run: {working-directory: services/orders}\n")
	assert.Contains(t, workflow, "          context: services/orders\n          file: services/orders/Dockerfile\n")
	assert.Contains(t, workflow, "  pull_request:\n    paths: [services/orders/**/*, .github/workflows/orders.yaml, api/orders.proto]\n")
	assert.Contains(t, gitLab, "    - cd services/orders\n")
	assert.Contains(t, gitLab, "--file services/orders/Dockerfile")
	assert.Contains(t, gitLab, "--iidfile digest services/orders\n")
	assert.Contains(t, gitLab, "changes: &changes [services/orders/**/*, .gitlab-ci.yml, api/orders.proto]\n")
	assert.Contains(t, jenkins, "dir('services/orders') {")
	assert.Contains(t, jenkins, "--iidfile digest services/orders'''")

	require.NoError(t, os.Remove(filepath.Join(w.dir, ".git"))) // an archive of the repository
	assert.Empty(t, w.generate("services/orders", Options{Full: true}))
}

// TestPipelinesAtTheRoot: the commands of the summary bring the pipelines to where CI systems look, and they are merged there.
func TestPipelinesAtTheRoot(t *testing.T) {
	w, opts := repositoryWorld(t)
	tree, err := w.plan(".", opts)
	require.NoError(t, err)
	require.NoError(t, performed(tree))
	assert.Contains(t, tree.Notes, "Jenkins looks for a Jenkinsfile at the root of the repository: set the Script Path of the job to services/orders/Jenkinsfile")
	require.Len(t, tree.Next, 2)
	w.sh("services/orders", strings.Join(tree.Next, " && "))
	const workflow = ".github/workflows/orders.yaml"
	assert.False(t, w.has("services/orders/"+workflow))
	assert.Equal(t, "include: {template: Workflows/MergeRequest-Pipelines.gitlab-ci.yml}\n"+
		`orders-pipeline: {trigger: {include: "services/orders/.gitlab-ci.yml", strategy: depend}, `+
		`rules: [{changes: ["services/orders/**/*",".gitlab-ci.yml","api/orders.proto"]}]}`+"\n", w.get(".gitlab-ci.yml"))

	w.put(workflow, strings.Replace(w.get(workflow), "timeout-minutes: 20", "timeout-minutes: 30", 1))
	tree, err = w.plan("services/orders", Options{Full: true})
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
	assert.Empty(t, tree.Next)

	w.put("services/orders/policy.yaml", shipsPolicy+"  environments: [dev]\n  kubernetes: {}\n")
	assert.Contains(t, w.generate("services/orders", Options{}), "merge ../../"+workflow)
	assert.Contains(t, w.get(workflow), "timeout-minutes: 30")
	assert.Contains(t, w.get(workflow), "deploy-dev:")
	assert.Empty(t, w.generate("services/orders", Options{Full: true}))

	w.put("services/orders/policy.yaml", strings.Replace(shipsPolicy, "github, ", "", 1))
	w.generate("services/orders", Options{})
	assert.Contains(t, w.get(workflow), "timeout-minutes: 30", "an edited one stays")
}

// TestStrangersPipelinesAtTheRoot: a pipeline at the root that was not moved there is nobody's business.
func TestStrangersPipelinesAtTheRoot(t *testing.T) {
	w, opts := repositoryWorld(t)
	const mine, theirs = "name: orders\non: push\n", "build:\n  script: [make]\n"
	w.put(".github/workflows/orders.yaml", mine)
	w.put(".gitlab-ci.yml", theirs)
	tree, err := w.plan(".", opts)
	require.NoError(t, err)
	require.NoError(t, performed(tree))
	assert.Contains(t, strings.Join(tree.Notes, "\n"), "GitHub runs .github/workflows/orders.yaml at the root of the repository, and not the file of that name in services/orders")
	require.Len(t, tree.Next, 1)
	w.sh("services/orders", tree.Next[0])
	assert.True(t, strings.HasPrefix(w.get(".gitlab-ci.yml"), theirs+"orders-pipeline: "))

	require.NoError(t, os.Remove(filepath.Join(w.dir, "services/orders/.github/workflows/orders.yaml")))
	w.put("services/orders/policy.yaml", shipsPolicy+"  environments: [dev]\n  kubernetes: {}\n")
	w.generate("services/orders", Options{})
	assert.Equal(t, mine, w.get(".github/workflows/orders.yaml"))
}

// sh runs what a user copies from the summary.
func (w *world) sh(folder, commands string) {
	w.Helper()
	cmd := exec.Command("sh", "-c", commands)
	cmd.Dir = filepath.Join(w.dir, folder)
	out, err := cmd.CombinedOutput()
	require.NoError(w, err, string(out))
}

// sellsPolicy has a dependency whose proto is in another folder.
const sellsPolicy = "dependencies:\n  - {name: stock, proto: ../stock/stock.proto, policy: ../stock/policy.yaml}\n"

// TestSystemOutsideRepositories: the folder of a system is one repository, so that each run does the same.
func TestSystemOutsideRepositories(t *testing.T) {
	w := newWorld(t, map[string]string{
		systemFile:           "services: [{dir: orders}, {dir: stock}]\n",
		"orders/o.proto":     sellProto,
		"orders/policy.yaml": sellsPolicy,
		"stock/stock.proto":  stockProto,
		"stock/policy.yaml":  "version: v1\n",
	})
	generate := func() []string {
		w.Chdir(w.dir)
		system, err := PlanSystem(context.Background(), systemFile, Options{Version: "v1.0.0"})
		require.NoError(t, err)
		require.NoError(t, performed(system.Trees...))
		return append(changes(system.Trees[0]), changes(system.Trees[1])...)
	}
	assert.NotEmpty(t, generate())
	assert.False(t, w.has("orders/proto"), "nothing is copied")
	assert.Empty(t, generate())
	assert.Empty(t, w.generate("orders", Options{Full: true}), "and a run for one tree agrees")

	w.put("stock/stock.proto", strings.Replace(stockProto, "id = 1", "key = 1", 1))
	assert.Contains(t, w.generate("orders", Options{}), "update gen/stock/v1/stock.pb.go")
}

// warned are the warnings of a run that names nothing, which changes nothing.
func (w *world) warned(folder string) string {
	w.Helper()
	tree, err := w.plan(folder, Options{})
	require.NoError(w, err)
	assert.Empty(w, changes(tree))
	require.NoError(w, performed(tree))
	problems, err := Check(context.Background(), Options{})
	require.NoError(w, err)
	assert.Equal(w, printed(w, problems), printed(w, tree.Warnings), "check says the same")
	return printed(w, tree.Warnings)
}

// renew runs the command of a warning.
func (w *world) renew(warning string) []string {
	w.Helper()
	var opts Options
	_, command, _ := strings.Cut(warning, "run `msgen generate ")
	command, _, found := strings.Cut(command, "`")
	require.True(w, found, warning)
	words := strings.Fields(command)
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-I":
			i++
			opts.ImportPaths = append(opts.ImportPaths, words[i])
		case "-p":
			i++
			opts.Policy = words[i]
		case "-o":
			i++
			opts.Out = words[i]
		default:
			opts.Protos = append(opts.Protos, words[i])
		}
	}
	return w.generate(".", opts)
}

// TestCopiesThatAreStale: a run that names nothing says which copies have other originals now, and how to renew them. A clone
// without the originals works as before.
func TestCopiesThatAreStale(t *testing.T) {
	w, outside := outsideWorld(t)
	w.generate(".", outside)
	assert.Empty(t, w.warned("orders"))
	w.put("api/common/money.proto", strings.ReplaceAll(moneyProto, "\n", "\r\n"))
	assert.Empty(t, w.warned("orders"), "line endings are the checkout's")

	w.put("api/common/money.proto", strings.Replace(moneyProto, "}", "int64 nanos = 2; }", 1))
	w.put("api/policy.yaml", "service: {name: orders, team: payment}\n")
	want := ": warning: this copy is what the tree is generated from, and the original has changed since: found "
	stale := w.warned("orders")
	assert.Contains(t, stale, "policy.yaml"+want+`"../api/policy.yaml"`)
	assert.Contains(t, stale, "proto/common/money.proto"+want+`"../api/common/money.proto"`)
	assert.Contains(t, stale, "run `msgen generate ../api/orders.proto -I ../api`")
	w.Chdir(w.dir)
	tree, err := Plan(context.Background(), Options{Out: "orders", Version: "v1.0.0"})
	require.NoError(t, err)
	assert.Contains(t, w.renew(printed(t, tree.Warnings)), "update gen/common/money.pb.go")
	assert.Empty(t, w.warned("orders"))

	require.NoError(t, os.RemoveAll(filepath.Join(w.dir, "api")))
	assert.Empty(t, w.warned("orders"))
}

// TestCopiesOfDependenciesThatAreStale are renewed from where the policy says that the originals are.
func TestCopiesOfDependenciesThatAreStale(t *testing.T) {
	w := newWorld(t, map[string]string{
		"orders/proto/orders/v1/o.proto": sellProto, "orders/policy.yaml": sellsPolicy,
		"stock/stock.proto": stockProto, "stock/policy.yaml": "version: v1\n",
	})
	w.generate("orders", Options{Protos: []string{"proto/orders/v1/o.proto"}, ImportPaths: []string{"proto"}, Policy: "policy.yaml"})
	assert.Empty(t, w.warned("orders"))
	w.put("stock/stock.proto", strings.Replace(stockProto, "string id = 1;", "string id = 1; string lot = 2;", 1))
	stale := w.warned("orders")
	assert.Contains(t, stale, `found "../stock/stock.proto"`)
	assert.Equal(t, []string{"update gen/stock/v1/stock.pb.go", "update proto/stock.proto"}, w.renewIn("orders", stale))
	assert.Empty(t, w.warned("orders"))
}

func (w *world) renewIn(folder, warning string) []string {
	w.Helper()
	inner := *w
	inner.dir = filepath.Join(w.dir, folder)
	return inner.renew(warning)
}

// TestProtosThatComeLater are noticed by a run that names nothing, until its user says what they are.
func TestProtosThatComeLater(t *testing.T) {
	w := newWorld(t, map[string]string{".git/HEAD": "", "o.proto": sellProto, "seen.proto": stockProto})
	w.generate(".", Options{Protos: []string{"o.proto"}, ImportPaths: []string{"."}})
	assert.Empty(t, w.warned("."), "whoever has named one has seen the other")

	w.put("later.proto", strings.ReplaceAll(stockProto, "stock", "later"))
	warning := w.warned(".")
	assert.Equal(t, "later.proto: warning: this proto is next to the ones that the tree is generated from, and is not generated; "+
		"run `msgen generate o.proto later.proto`, or the same without it to leave it out\n", warning)
	w.generate(".", Options{Protos: []string{"o.proto"}})
	assert.Empty(t, w.warned("."), "left out")

	w.put("more.proto", strings.ReplaceAll(stockProto, "stock", "more"))
	assert.Contains(t, w.renew(w.warned(".")), "create gen/more/v1/more.pb.go")
	assert.Empty(t, w.warned("."))

	w.put("money.proto", moneyProto)
	w.put("o.proto", strings.Replace(sellProto, "service", "import \"money.proto\";\nmessage Paid { common.Money by = 1; }\nservice", 1))
	tree, err := w.plan(".", Options{})
	require.NoError(t, err)
	assert.Empty(t, tree.Warnings, "an imported proto is not reported")
}

// TestCommandsOfWorkspacesAndVendorFolders: without them the go command builds nothing in the tree.
func TestCommandsOfWorkspacesAndVendorFolders(t *testing.T) {
	w := newWorld(t, map[string]string{
		"go.work": "go 1.26.0\n\nuse ./lib\n", "lib/go.mod": "module example.com/lib\n\ngo 1.26.0\n", "svc/o.proto": sellProto,
	})
	next := func(opts Options) []string {
		tree, err := w.plan("svc", opts)
		require.NoError(t, err)
		require.NoError(t, performed(tree))
		return tree.Next
	}
	assert.Equal(t, []string{"go work use ."}, next(Options{Protos: []string{"o.proto"}}))
	w.put("go.work", "go 1.26.0\n\nuse (\n\t./lib\n\t./svc\n)\n")
	assert.Empty(t, next(Options{Full: true}))

	w.put("svc/vendor/modules.txt", "# google.golang.org/grpc v1.0.0\n")
	assert.Equal(t, []string{"GOWORK=off go mod vendor"}, next(Options{Full: true}), "the folder lacks all packages")
	require.NoError(t, os.Remove(filepath.Join(w.dir, "go.work")))
	assert.Equal(t, []string{"go mod vendor"}, next(Options{Full: true}))
}
