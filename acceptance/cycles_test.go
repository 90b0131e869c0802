package acceptance

import (
	"testing"

	"github.com/msgen/msgen/acceptance/program"
)

// TestCycles is a longer form of a test that msgen's own tests make a few cycles of: no line of a user's is lost, however
// often a tree is edited and regenerated. `make cycles` makes ten thousand.
func TestCycles(t *testing.T) {
	t.Parallel()
	program.Run(t, repository, "go", "test", "-count=1", "-timeout", "15m", "-run", "TestCycles", "./generator", "-cycles", "1000")
}
