//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunsThatWait has this process hold the lock of a tree that two runs want to write to. Both report it; one is interrupted,
// and the other writes what the policies say by then.
func TestRunsThatWait(t *testing.T) {
	for name, args := range map[string][]string{
		"one tree":  {"generate", "-o", "orders"},
		"all trees": {"generate", "--all", "."},
		"a system":  {"generate", "msgen.system.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newSystem(t)
			require.NoError(t, runIn(dir, "generate", "msgen.system.yaml").end())
			changePolicies(t, dir, 1)
			policy := filepath.Join("orders", "POLICY.md")
			before, err := os.ReadFile(filepath.Join(dir, policy))
			require.NoError(t, err)
			orders, err := os.Open(filepath.Join(dir, "orders"))
			require.NoError(t, err)
			defer func() { _ = orders.Close() }()
			require.NoError(t, syscall.Flock(int(orders.Fd()), syscall.LOCK_EX))

			impatient, patient := runIn(dir, args...), runIn(dir, args...)
			for _, run := range []*process{impatient, patient} {
				require.Eventually(t, func() bool { return strings.Contains(run.output.String(), "waiting for ") },
					2*time.Minute, 20*time.Millisecond, "%v", run.Args)
			}
			require.NoError(t, impatient.Process.Signal(os.Interrupt))
			err = endWithin(impatient, time.Minute)
			assert.Equal(t, 1, impatient.ProcessState.ExitCode(), "%v", err)
			assert.Regexp(t, `waiting for (another run|process \d+ \(msgen generate .*\))`, impatient.output.String())
			assert.Contains(t, impatient.output.String(), "interrupted; nothing was written")
			after, err := os.ReadFile(filepath.Join(dir, policy))
			require.NoError(t, err)
			assert.Equal(t, string(before), string(after))

			changePolicies(t, dir, 2) // so the plan of the run that waits is out of date
			require.NoError(t, orders.Close())
			require.NoError(t, endWithin(patient, 2*time.Minute))
			both := impatient.output.String() + patient.output.String() // one of the two may wait for the other
			assert.Regexp(t, `waiting for another run.* orders`, both)
			require.NoError(t, runIn(dir, "generate", "-o", "orders", "--check").end(), "the other trees may have been written before")
		})
	}
}

// endWithin kills a run that goes on for too long.
func endWithin(p *process, limit time.Duration) error {
	defer time.AfterFunc(limit, func() { _ = p.Process.Kill() }).Stop()
	return p.end()
}
