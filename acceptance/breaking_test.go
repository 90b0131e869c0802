package acceptance

import (
	"testing"

	"github.com/msgen/msgen/acceptance/program"
)

// TestBreakingChangesAgreeWithBuf runs the test of msgen's that needs buf beside Go: what breaks callers by buf's categories
// WIRE and WIRE_JSON is what msgen finds.
func TestBreakingChangesAgreeWithBuf(t *testing.T) {
	t.Setenv("BUF", program.Tool(t, "buf"))
	program.Run(t, repository, "go", "test", "-count=1", "-tags", "buf", "-run", "TestAgreesWithBuf", "./generator/internal/keeping/protobreak")
}
