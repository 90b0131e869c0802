package acceptance

import (
	"testing"

	"github.com/msgen/msgen/acceptance/program"
)

// TestMergesAgreeWithGit runs the test of msgen's that needs git beside Go: its merges are those of `git merge-file`.
func TestMergesAgreeWithGit(t *testing.T) {
	program.Run(t, repository, "go", "test", "-count=1", "-tags", "git", "-run", "TestAgreesWithGit", "./generator/internal/keeping/merge")
}

// TestBranchesMergedByGit runs another: after git has merged two branches of a tree, one run makes it what the inputs say.
func TestBranchesMergedByGit(t *testing.T) {
	program.Run(t, repository, "go", "test", "-count=1", "-tags", "git", "-run", "TestBranchesWithGit", "./generator")
}
