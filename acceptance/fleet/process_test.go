package fleet

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything may take that is not what a test is about.
const patience = time.Minute

// process is a program that runs until it ends or the test does.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	err   error         // how it ended; to be read after that
}

// startProcess starts the program. It is killed with the test, however the test ends.
func startProcess(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	p := &process{cmd: cmd, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it fails when the process has ended
		<-p.ended
	})
	return p
}

// signal returns when the signal was sent.
func (p *process) signal(t *testing.T, signal syscall.Signal) time.Time {
	t.Helper()
	now := time.Now()
	require.NoError(t, p.cmd.Process.Signal(signal))
	return now
}

// wait waits for the process to end and returns how it did.
func (p *process) wait(t *testing.T) error {
	t.Helper()
	select {
	case <-p.ended:
		return p.err
	case <-time.After(patience):
		require.Fail(t, "it does not end", p.cmd.String())
		return nil
	}
}

// stop asks the process to end, and waits until it has done so well.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	require.NoError(t, p.wait(t), p.cmd.String())
}
