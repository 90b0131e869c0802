package fleet

import (
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

// emit has msgen make the service under the policy, which is given without its service section, puts what is written by
// hand in place of what msgen made for its authors to fill, and builds it.
func emit(t *testing.T, msgen, policy string) service {
	t.Helper()
	tree, policyFile := t.TempDir(), filepath.Join(t.TempDir(), "policy.yaml")
	header := "version: v1\nservice: {name: fleet, module: example.com/fleet}\n"
	require.NoError(t, os.WriteFile(policyFile, []byte(header+policy), 0o644))
	program.Run(t, handwritten, msgen, "generate", "fleet.proto", "-I", ".", "-p", policyFile, "-o", tree)

	require.NoError(t, os.RemoveAll(filepath.Join(tree, "internal", "probe")))
	require.NoError(t, os.CopyFS(tree, os.DirFS(handwritten)))
	program.Run(t, tree, "go", "build", "-trimpath", "-o", "bin/", "./cmd/...")
	bin := filepath.Join(tree, "bin")
	return service{tree, filepath.Join(bin, "fleet"), filepath.Join(bin, "load")}
}
