package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// repository is msgen's own checkout, as this package's tests see it.
const repository = "../.."

// handwritten is what the authors of the service write: its proto, its handlers and the load program.
const handwritten = "testdata/service"

// service is an emitted service, built.
type service struct {
	dir     string // its tree
	program string // the service itself
	load    string // the program that calls it
}

// emit has msgen make the service under the policy, which is given without its service section, and builds it.
func emit(t *testing.T, msgen, policy string) service {
	t.Helper()
	tree := generate(t, msgen, handwritten, "fleet", policy)
	return service{tree, build(t, tree, "fleet"), build(t, tree, "load")}
}

// generate has msgen make the named service of the proto in the folder, and puts what is written by hand in place of
// what msgen made for its authors to fill. It returns the tree.
func generate(t *testing.T, msgen, folder, name, policy string) string {
	t.Helper()
	tree, policyFile := t.TempDir(), filepath.Join(t.TempDir(), "policy.yaml")
	header := fmt.Sprintf("version: v1\nservice: {name: %[1]s, module: example.com/%[1]s}\n", name)
	require.NoError(t, os.WriteFile(policyFile, []byte(header+policy), 0o644))
	program.Run(t, folder, msgen, "generate", name+".proto", "-I", ".", "-p", policyFile, "-o", tree)

	handlers, err := os.ReadDir(filepath.Join(folder, "internal"))
	require.NoError(t, err)
	for _, made := range handlers {
		require.NoError(t, os.RemoveAll(filepath.Join(tree, "internal", made.Name())))
	}
	require.NoError(t, os.CopyFS(tree, os.DirFS(folder)))
	return tree
}

// build builds the named command of the tree and returns its path.
func build(t *testing.T, tree, command string) string {
	t.Helper()
	out := filepath.Join(tree, "bin", command)
	program.Run(t, tree, "go", "build", "-trimpath", "-o", out, "./cmd/"+command)
	return out
}
