//go:build git

package generator

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBranchesWithGit does what TestBranches does, with git itself. It needs git, so the acceptance tests run it.
func TestBranchesWithGit(t *testing.T) {
	for name, work := range merges {
		t.Run(name, func(t *testing.T) { work.test(t, byGit) })
	}
}

// byGit commits and merges in a repository of its own.
func byGit(t *testing.T, base, ours, theirs commit) commit {
	t.Helper()
	s := &shop{t, t.TempDir()}
	git := func(args ...string) error {
		cmd := exec.Command("git", args...)
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		t.Logf("git %v: %s", args, out)
		return err
	}
	commitOn := func(branch string, files commit) {
		require.NoError(t, git("checkout", "-q", "-B", branch))
		s.checkout(files)
		require.NoError(t, git("add", "-A"))
		require.NoError(t, git("commit", "-q", "-m", branch))
	}
	require.NoError(t, git("init", "-q", "."))
	commitOn("base", base)
	commitOn("theirs", theirs)
	require.NoError(t, git("checkout", "-q", "base"))
	commitOn("ours", ours)
	_ = git("merge", "-q", "theirs") // a conflict is an error
	require.FileExists(t, filepath.Join(s.dir, ".msgen", "state.json"))
	return s.commit()
}
