package observe

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// repository is msgen's own checkout, as this package's tests see it.
const repository = "../.."

// handwritten is what the authors of the service write: its proto, its handlers, its main and a program that calls it.
const handwritten = "testdata/service"

// emit has msgen make the service under the policy, whose service section is always the same, and returns its tree.
func emit(t *testing.T, policy string) string {
	t.Helper()
	msgen := program.BuildMsgen(t, repository)
	tree, policyFile := t.TempDir(), filepath.Join(t.TempDir(), "policy.yaml")
	header := "version: v1\nservice: {name: orders, module: example.com/orders, team: shop}\n"
	require.NoError(t, os.WriteFile(policyFile, []byte(header+policy), 0o644))
	program.Run(t, handwritten, msgen, "generate", "orders.proto", "-I", ".", "-p", policyFile, "-o", tree)
	return tree
}

// build puts what is written by hand in place of what msgen made for its authors to fill, and builds the programs. It
// returns the folder that holds them.
func build(t *testing.T, tree string) string {
	t.Helper()
	require.NoError(t, os.RemoveAll(filepath.Join(tree, "internal", "orders")))
	require.NoError(t, os.Remove(filepath.Join(tree, "cmd", "orders", "main.go")))
	require.NoError(t, os.CopyFS(tree, os.DirFS(handwritten)))
	program.Run(t, tree, "go", "build", "-trimpath", "-o", "bin/", "./cmd/...")
	return filepath.Join(tree, "bin")
}
