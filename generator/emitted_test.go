package generator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// TestGoldenTreesBuild builds every golden tree as its user would, before any other command: it compiles, vet finds
// nothing, and go.mod and go.sum are what `go mod tidy` would make them. Of trees that are the same to the go command, it
// is asked about the first; and all are of one module, so that it compiles once what they have in common.
func TestGoldenTreesBuild(t *testing.T) {
	cases, err := filepath.Glob("../testdata/golden/*.txtar")
	require.NoError(t, err)
	trees := map[string]string{}  // folder by case
	built := map[string]bool{}    // by the tree's Go
	tidied := map[string]bool{}   // by what go mod tidy goes by
	asksTidy := map[string]bool{} // by case
	for _, file := range cases {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		inputs := goldenInputs(t, name)
		t.Run("write/"+name, func(t *testing.T) {
			tree, _ := emit(t, inputs)
			if tree == nil {
				return
			}
			if _, inModule := inputs["go.mod"]; inModule {
				assert.Contains(t, tree.Next[0], "go get ", "a module that is its user's lacks requirements")
				return
			}
			if len(tree.Next) > 0 {
				assert.Equal(t, "go mod tidy", tree.Next[len(tree.Next)-1])
				assert.Contains(t, name, "foreign", "only a module that msgen does not pin needs a command")
				return
			}
			dir := filepath.Join(os.TempDir(), fmt.Sprintf("msgen-golden-%d-%s", os.Getpid(), name))
			goFiles, requirements := goKeys(t, tree)
			if built[goFiles] {
				return
			}
			writeAs(t, tree, "example.com/golden", dir)
			trees[name] = dir
			asksTidy[name] = !tidied[requirements]
			built[goFiles], tidied[requirements] = true, true
		})
	}
	t.Cleanup(func() {
		for _, dir := range trees {
			assert.NoError(t, os.RemoveAll(dir))
		}
	})
	for name, dir := range trees {
		t.Run("build/"+name, func(t *testing.T) {
			t.Parallel()
			goRun(t, dir, "vet", "-trimpath", "./...") // whose folder is then no matter for the cache
			if asksTidy[name] {
				assert.Empty(t, goRun(t, dir, "mod", "tidy", "-diff"))
			}
		})
	}
}

// TestEmittedTestsPass runs what trees have for dependencies and events as their user would, package by package, where a
// policy is at the edge of what the tests of it expect: a package that leans on an import of another one works in the
// program and fails alone, and a figure of one leaves no second attempt to test.
func TestEmittedTestsPass(t *testing.T) {
	for name, packages := range map[string][]string{
		"dependency_target": {"./internal/clients/...", "./internal/config"},
		"events_subscribe":  {"./internal/config", "./internal/events", "./internal/server"},
		"gateway":           {"./internal/books", "./internal/clients/...", "./internal/config", "./internal/server"},
		"gateway_own":       {"./internal/audit", "./internal/clients", "./internal/home", "./internal/server"},
		"validation":        {"./internal/server"},
		"types_options":     {"./internal/server"}, // a program with the package of gogoproto, which has a registry of its own, starts
	} {
		t.Run(name, func(t *testing.T) {
			tree, _ := emit(t, goldenInputs(t, name))
			dir := t.TempDir()
			writeTree(t, tree, dir)
			t.Log(goRun(t, dir, slices.Concat([]string{"test"}, race(), packages)...))
		})
	}
}

// goldenInputs are what a golden case is made from.
func goldenInputs(t *testing.T, name string) map[string][]byte {
	t.Helper()
	archive, err := txtar.ParseFile("../testdata/golden/" + name + ".txtar")
	require.NoError(t, err)
	inputs := map[string][]byte{}
	for _, f := range archive.Files {
		if input, ok := strings.CutPrefix(f.Name, "in/"); ok {
			inputs[input] = f.Data
		}
	}
	return inputs
}

// goKeys are all that the go command goes by when it builds a tree, and when it tidies one up: go.mod, go.sum, and the Go
// or what that imports from elsewhere, in tests and without.
func goKeys(t *testing.T, tree *Tree) (build, tidy string) {
	t.Helper()
	files := contents(tree)
	root := tree.plan.Next.Inputs.Root
	requirements := strings.TrimPrefix(files["go.mod"], "module "+root+"\n") + files["go.sum"]
	sources := []string{files["go.mod"], files["go.sum"]}
	imports := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".go" {
			continue
		}
		sources = append(sources, name, files[name])
		file, err := parser.ParseFile(token.NewFileSet(), name, files[name], parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			if imported := strings.Trim(spec.Path.Value, `"`); !strings.HasPrefix(imported, root+"/") {
				imports[fmt.Sprintf("%s in a test: %t", imported, strings.HasSuffix(name, "_test.go"))] = true
			}
		}
	}
	return lines(sources), requirements + lines(slices.Sorted(maps.Keys(imports)))
}

// writeTree puts what a plan renders into a folder, without the plan's own way to the disk.
func writeTree(t testing.TB, tree *Tree, dir string) {
	t.Helper()
	writeAs(t, tree, tree.plan.Next.Inputs.Root, dir)
}

// writeAs is writeTree for a tree with another import path.
func writeAs(t testing.TB, tree *Tree, root, dir string) {
	t.Helper()
	paths := strings.NewReplacer("module "+tree.plan.Next.Inputs.Root+"\n", "module "+root+"\n", `"`+tree.plan.Next.Inputs.Root+"/", `"`+root+"/")
	for name, content := range contents(tree) {
		if path.Ext(name) == ".go" || name == "go.mod" {
			content = paths.Replace(content)
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
}

// goRun runs the go command in dir and returns its standard output; what it downloads, it tells elsewhere. When the
// command fails, the test ends with all that it printed.
func goRun(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return goRunWith(t, dir, nil, args...)
}

// goRunWith is goRun with more of an environment.
func goRunWith(t testing.TB, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go %s in %s\n%s%s", strings.Join(args, " "), filepath.Base(dir), out, &stderr)
	return string(out)
}

// TestSameInputSameBytes renders one tree a hundred times under everything that must not matter.
func TestSameInputSameBytes(t *testing.T) {
	t.Cleanup(func() { runtime.GOMAXPROCS(runtime.NumCPU()) })
	library, err := filepath.Abs("../examples/library")
	require.NoError(t, err)
	sums := map[string]bool{}
	for i := range 100 {
		runtime.GOMAXPROCS([]int{1, 2, 16}[i%3])
		t.Setenv("TZ", []string{"UTC", "Asia/Kathmandu"}[i%2])
		t.Setenv("HOME", t.TempDir())
		t.Chdir([]string{t.TempDir(), library, "/"}[i%3])
		old := umask([]int{0, 0o22, 0o77}[i%3])
		out := filepath.Join(t.TempDir(), "out")
		tree, err := Plan(context.Background(), Options{
			Protos: []string{
				filepath.Join(library, "proto/library/v1/catalog.proto"), filepath.Join(library, "proto/library/v1/lending.proto"),
			},
			ImportPaths: []string{filepath.Join(library, "proto")},
			Policy:      filepath.Join(library, "policy.yaml"),
			Out:         out,
			Version:     "test",
		})
		require.NoError(t, err)
		if i < 5 {
			require.NoError(t, performed(tree))
			sums[diskSum(t, out)] = true
		}
		sums[planSum(tree)] = true
		umask(old)
	}
	assert.Len(t, sums, 2, "one hash of the plan, one of the disk")
}

func planSum(tree *Tree) string {
	hash := sha256.New()
	for _, action := range tree.plan.Actions {
		fmt.Fprintf(hash, "%s %d\n%s", action.Path, len(action.New), action.New)
	}
	for _, file := range tree.plan.Memory {
		fmt.Fprintf(hash, "%s %d\n%s", file.Path, len(file.Content), file.Content)
	}
	return fmt.Sprintf("plan %x", hash.Sum(nil))
}

func diskSum(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	slices.Sort(names)
	hash := sha256.New()
	for _, name := range names {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		rel, err := filepath.Rel(dir, name)
		require.NoError(t, err)
		fmt.Fprintf(hash, "%s %d\n%s", rel, len(content), content)
	}
	return fmt.Sprintf("disk %x", hash.Sum(nil))
}

// TestEmittedGoIsFormatted holds every emitted Go file, also those that are not formatted because their templates are
// said to print them so, to gofmt's format and to the order of imports.
func TestEmittedGoIsFormatted(t *testing.T) {
	for _, policy := range []string{
		"version: v1\n",
		"version: v1\nresilience: {defaults: {breaker: {}}}\n",
		"version: v1\nresilience: {defaults: {retry: {}, bulkhead: {}}, methods: {Get: {idempotent: true, idleTimeout: 1s}}}\n",
		"version: v1\nresilience: {defaults: {retry: {}}}\ndependencies: [{name: zed, proto: zed/zed.proto, discovery: {provider: kubernetes}, resilience: {defaults: {breaker: {}}}}]\n",
		"version: v1\nobservability: {tracing: {exporter: otlp, endpoint: \"a:1\"}}\ndependencies: [{name: a, proto: zed/zed.proto, target: \"dns:///a\"}, {name: zed, proto: zed/zed.proto, target: \"dns:///a\"}]\n",
		"version: v1\nservice: {team: a, module: zzz.example.com/z}\nserver: {rateLimit: {requestsPerSecond: 1}}\n",
	} {
		tree, _ := emit(t, map[string][]byte{
			"a.proto":       []byte("syntax = \"proto3\";\npackage a.v1;\nservice A { rpc Get(B) returns (stream B); }\nservice Longer {}\nmessage B {}\n"),
			"zed/zed.proto": []byte("syntax = \"proto3\";\npackage zed.v1;\nservice Zed { rpc Get(B) returns (B); rpc Put(stream B) returns (B); }\nservice Longer { rpc Get(B) returns (B); }\nmessage B {}\n"),
			"policy.yaml":   []byte(policy),
		})
		for name, content := range contents(tree) {
			if strings.HasSuffix(name, ".go") {
				want, err := format.Source([]byte(content))
				require.NoError(t, err, name)
				assert.Equal(t, string(want), content, name)
			}
		}
	}
}
