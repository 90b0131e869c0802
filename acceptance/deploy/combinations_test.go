package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/acceptance/program"
)

// tree is an emitted service.
type tree struct {
	name string // of the golden case that it is made from
	dir  string // its root
}

// has reports whether something stands at a path of the tree.
func (e tree) has(path string) bool {
	_, err := os.Stat(filepath.Join(e.dir, path))
	return err == nil
}

func (e tree) read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(e.dir, path))
	require.NoError(t, err)
	return string(text)
}

func (e tree) write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(e.dir, path), []byte(text), 0o644))
}

// environments are the names of the tree's overlays.
func (e tree) environments(t *testing.T) []string {
	t.Helper()
	overlays, err := filepath.Glob(filepath.Join(e.dir, "deploy/kubernetes/overlays/*"))
	require.NoError(t, err)
	for i, overlay := range overlays {
		overlays[i] = filepath.Base(overlay)
	}
	return overlays
}

// combinations are the trees of every golden case about deployment: each key and the ways in which they combine.
func combinations(t *testing.T) []tree {
	t.Helper()
	shared.combinations.Do(func() {
		cases, err := filepath.Glob(filepath.Join(repository, "testdata/golden/deploy_*.txtar"))
		require.NoError(t, err)
		for _, file := range cases {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			shared.trees = append(shared.trees, tree{name, emit(t, filepath.Join(shared.dir, name), archive)})
		}
	})
	require.NotEmpty(t, shared.trees)
	return shared.trees
}

// emit has msgen make the tree of a case in dir, which becomes a repository, and returns the tree's root.
func emit(t *testing.T, dir string, archive *txtar.Archive) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o755))
	program.Run(t, dir, "git", "init", "--quiet", "--initial-branch", "main")
	protos, gateway, out := []string{}, false, "out"
	for _, file := range archive.Files {
		name, ok := strings.CutPrefix(file.Name, "in/")
		if !ok {
			continue
		}
		if name == ".git/HEAD" { // the tree is the root of the repository, which is there already
			out = "."
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), file.Data, 0o644))
		if name == systemFile {
			gateway = true
		}
		if strings.HasSuffix(name, ".proto") {
			protos = append(protos, name)
		}
	}
	if gateway {
		program.Run(t, dir, msgen(t), "generate", systemFile)
		return filepath.Join(dir, "edge")
	}
	program.Run(t, dir, msgen(t), append([]string{"generate", "-I", ".", "-o", out}, protos...)...)
	return filepath.Join(dir, out)
}

// systemFile is in a case whose tree is the gateway of a system, in the folder edge.
const systemFile = "msgen.system.yaml"

// service is the tree of a policy.
func service(t *testing.T, policy string) tree {
	t.Helper()
	archive := txtar.Parse([]byte("-- in/orders.proto --\n" + ordersProto + "-- in/policy.yaml --\n" + policy))
	return tree{t.Name(), emit(t, t.TempDir(), archive)}
}

const ordersProto = `syntax = "proto3";
package shop.orders.v1;
service Orders {
  rpc Get(Ping) returns (Pong);
}
message Ping {}
message Pong {}
`
