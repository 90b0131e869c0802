package acceptance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestCallsLeaveNothingBehind makes calls with random cancellations through an emitted client's layers under the race
// detector, a part of those that `make bench-calls` makes.
func TestCallsLeaveNothingBehind(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "resilience_test.go"} {
		content, err := os.ReadFile(filepath.Join(repository, "bench", "resilience", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	program.Run(t, "mutation/testdata", program.BuildMsgen(t, repository),
		"generate", "shop.proto", "-I", ".", "-p", "policy.yaml", "-o", filepath.Join(dir, "tree"))
	program.Run(t, dir, "go", "test", "-race", "-short", "-count=1", "-run", "^TestNothingIsLeftBehind$", ".")
}
