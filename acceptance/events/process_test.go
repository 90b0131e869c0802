package events

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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
	ended chan struct{} // closed when it has ended
	err   error         // how it ended; to be read after that

	mu  sync.Mutex
	out bytes.Buffer
}

// start starts a program with variables beside those of the test.
func start(t *testing.T, environment []string, program string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), environment...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, p.cmd.Start())
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
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

func (p *process) tail() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := p.out.String()
	return text[max(0, len(text)-4000):]
}

// kill ends the program without a word to it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it fails when the process has ended
	<-p.ended
}

// stop asks the program to end, and waits until it has.
func (p *process) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.Fail(t, "it does not end", p.cmd.String())
	}
}

// freePort returns a port of the loopback that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}

// await waits until something is so.
func await(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	require.Eventually(t, isSo, patience, 50*time.Millisecond, what)
}

// get returns the status and the body at a URL; 0 when nobody answers.
func get(url string) (int, string) {
	resp, err := http.Get(url)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

// sample is the value of a series in what /metrics says; -1 where it is missing.
func sample(metrics, series string) float64 {
	for line := range strings.Lines(metrics) {
		if text, ok := strings.CutPrefix(line, series+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err == nil {
				return value
			}
		}
	}
	return -1
}
