package program

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Patience is how long anything may take that is not what a test is about.
const Patience = 2 * time.Minute

// Process is a program that runs until the test ends or stops it. Start makes it.
type Process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{} // closed when it has ended
	err   error         // how it ended; to be read after that

	mu  sync.Mutex
	out bytes.Buffer
}

// Start starts a program in dir with variables beside those of the test. The end of what it has printed is shown if the
// test fails.
func Start(t *testing.T, dir string, environment []string, program string, args ...string) *Process {
	t.Helper()
	p := &Process{cmd: exec.Command(program, args...), ended: make(chan struct{})} //nolint:noctx // it ends by Kill or Stop
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), environment...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stdin, err := p.cmd.StdinPipe()
	require.NoError(t, err)
	p.stdin = stdin
	require.NoError(t, p.cmd.Start())
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			text := p.Printed()
			t.Logf("the end of what %s printed:\n%s", filepath.Base(program), text[max(0, len(text)-4000):])
		}
	})
	return p
}

// Write takes what the program prints.
func (p *Process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(text)
}

// Printed returns what the program has printed.
func (p *Process) Printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// Kill ends the program without a word to it.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it fails when the process has ended
	<-p.ended
}

// Stop asks the program to end, by a signal or, without one, by the end of its input, and waits until it has. It returns how
// that was.
func (p *Process) Stop(t *testing.T, signal os.Signal) error {
	t.Helper()
	if signal == nil {
		require.NoError(t, p.stdin.Close())
	} else {
		require.NoError(t, p.cmd.Process.Signal(signal))
	}
	select {
	case <-p.ended:
	case <-time.After(Patience):
		require.Fail(t, "it does not end", p.cmd.String())
	}
	return p.err
}

// AwaitOK waits until a URL answers with 200.
func AwaitOK(t *testing.T, url string) {
	t.Helper()
	require.Eventually(t, func() bool {
		resp, err := http.Get(url) //nolint:noctx // the test ends it
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}, Patience, 100*time.Millisecond, url)
}

// FreeAddress returns an address of the loopback that nobody listens on.
func FreeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}
