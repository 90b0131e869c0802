package acceptance

import (
	"testing"

	"github.com/msgen/msgen/acceptance/program"
)

// TestTenThousandCycles is the long form of a test that msgen's own tests make a few cycles of: no line of a user's is lost,
// however often a tree is edited and regenerated.
func TestTenThousandCycles(t *testing.T) {
	program.Run(t, repository, "go", "test", "-count=1", "-timeout", "25m", "-run", "TestCycles", "./generator", "-cycles", "10000")
}
