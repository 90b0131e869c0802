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
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
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

// startServer starts a program that is not msgen's. What it has printed is shown if the test fails.
func startServer(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	printed := &tail{}
	showIfFailed(t, cmd.String(), printed)
	cmd.Stdout = &lineWriter{take: printed.take}
	cmd.Stderr = cmd.Stdout // of the same value, so that the two do not write at the same time
	return startProcess(t, cmd)
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

// kill ends the process as a crash does, and returns when that was.
func (p *process) kill(t *testing.T) time.Time {
	t.Helper()
	at := p.signal(t, syscall.SIGKILL)
	_ = p.wait(t)
	return at
}

// stop asks the process to end, and waits until it has done so well.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	require.NoError(t, p.wait(t), p.cmd.String())
}
