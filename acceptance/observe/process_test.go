package observe

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

const patience = program.Patience

// stop asks a program of msgen's to end, which it is to do well.
func stop(t *testing.T, p *program.Process, signal os.Signal) {
	t.Helper()
	require.NoError(t, p.Stop(t, signal))
}
