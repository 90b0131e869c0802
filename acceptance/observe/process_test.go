package observe

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

// patience is how long anything may take that is not what a test is about.
const patience = 2 * time.Minute

// process is a program that runs until the test ends or stops it.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{} // closed when it has ended
	err   error         // how it ended; to be read after that

	mu  sync.Mutex
	out bytes.Buffer
}

// start starts a program in dir with variables beside those of the test.
func start(t *testing.T, dir string, environment []string, program string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), environment...)
	p.cmd.Stdout = p
	p.cmd.Stderr = p
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
		_ = p.cmd.Process.Kill() // it fails when the process has ended
		<-p.ended
		if t.Failed() {
			t.Logf("the end of what %s printed:\n%s", filepath.Base(program), p.tail())
		}
	})
	return p
}

// Write takes what the program prints.
func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(text)
}

// printed returns what the program has printed.
func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func (p *process) tail() string {
	text := p.printed()
	return text[max(0, len(text)-4000):]
}

// stop asks the program to end, by a signal or, without one, by the end of its input, and waits until it has.
func (p *process) stop(t *testing.T, signal os.Signal) {
	t.Helper()
	if signal == nil {
		require.NoError(t, p.stdin.Close())
	} else {
		require.NoError(t, p.cmd.Process.Signal(signal))
	}
	select {
	case <-p.ended:
		require.NoError(t, p.err, p.tail())
	case <-time.After(patience):
		require.Fail(t, "it does not end", p.cmd.String())
	}
}

// freeAddress returns an address of the loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// awaitOK waits until a URL answers with 200.
func awaitOK(t *testing.T, url string) {
	t.Helper()
	require.Eventually(t, func() bool {
		resp, err := http.Get(url)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}, patience, 100*time.Millisecond, url)
}
