package acceptance

import (
	"testing"

	"github.com/msgen/msgen/acceptance/program"
)

// TestProtoSetsStart runs the test of msgen's that starts what its other tests compile: programs of random sets of protos.
func TestProtoSetsStart(t *testing.T) {
	t.Parallel()
	program.Run(t, repository, "go", "test", "-count=1", "-timeout", "15m", "-tags", "started", "-run", "TestProtoSetsStart", "./generator")
}
