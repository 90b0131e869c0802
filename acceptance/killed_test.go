package acceptance

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestKilledFleet kills `msgen generate --all --conflict=markers` at random moments: every file of every tree is whole, old or
// new, the one that gets markers too, and the same command afterwards makes of them what it makes when nobody kills it.
func TestKilledFleet(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	old := newFleet(t, msgen)
	want := copied(t, old)
	require.Equal(t, 4, regenerate(t, msgen, want, 0), "markers are a conflict")
	wanted := treeOf(t, want)
	assert.Contains(t, wanted["orders/Makefile"], "<<<<<<<")
	whole := map[string][]string{}
	for _, version := range []map[string]string{treeOf(t, old), wanted} {
		for name, content := range version {
			whole[name] = append(whole[name], content)
		}
	}
	rnd := rand.New(rand.NewPCG(7, 4))
	took, interrupted := 200*time.Millisecond, 0
	for range 100 {
		dir := copied(t, old)
		begun := time.Now()
		if regenerate(t, msgen, dir, 1+time.Duration(rnd.Int64N(int64(took)))) >= 0 {
			took = min(took, time.Since(begun)) // it was faster
		}
		for name, content := range treeOf(t, dir) {
			switch {
			case strings.HasSuffix(name, "/.msgen/journal.json"):
				interrupted++
			case !strings.HasSuffix(name, ".tmp"):
				require.Contains(t, whole[name], content, "%s is old or new", name)
			}
		}
		require.Equal(t, 4, regenerate(t, msgen, dir, 0))
		require.Equal(t, wanted, treeOf(t, dir))
		require.NoError(t, os.RemoveAll(dir))
	}
	assert.Positive(t, interrupted, "some were killed between two renames")
	t.Logf("%d journals were left to finish", interrupted)
}

// newFleet is three trees whose policies have changed since; a line of one of their users' stands where that changes a file.
func newFleet(t *testing.T, msgen string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"orders", "payments", "users"} {
		tree := filepath.Join(dir, name)
		write(t, filepath.Join(tree, name+".proto"), "syntax = \"proto3\";\npackage "+name+".v1;\nservice Service { rpc Get(Ping) returns (Ping); }\nmessage Ping {}\n")
		write(t, filepath.Join(tree, "policy.yaml"), "version: v1\n")
		program.Run(t, tree, msgen, "generate", name+".proto", "-o", ".")
		write(t, filepath.Join(tree, "policy.yaml"), "version: v1\nservice: {name: other-"+name+"}\n")
	}
	makefile := filepath.Join(dir, "orders", "Makefile")
	content, err := os.ReadFile(makefile)
	require.NoError(t, err)
	require.Contains(t, string(content), "cmd/orders")
	write(t, makefile, strings.ReplaceAll(string(content), "cmd/orders", "cmd/orders -mine"))
	return dir
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "fleet")
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// regenerate brings the trees below dir up to date, and returns the exit code: -1 when the run was killed, as it is after
// a time that is not 0.
func regenerate(t *testing.T, msgen, dir string, after time.Duration) int {
	t.Helper()
	cmd := exec.Command(msgen, "generate", "--all", dir, "--conflict=markers")
	require.NoError(t, cmd.Start())
	if after > 0 {
		time.Sleep(after)
		_ = cmd.Process.Kill()
	}
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode()
}
