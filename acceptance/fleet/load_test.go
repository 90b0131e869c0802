package fleet

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// load is a running load program.
type load struct {
	*process

	stdin  io.Closer
	stderr strings.Builder

	mu    sync.Mutex
	calls calls
}

// startLoad starts the load program with these flags.
func (s service) startLoad(t *testing.T, environment []string, flags ...string) *load {
	t.Helper()
	cmd := exec.Command(s.load, flags...)
	cmd.Env = append(os.Environ(), environment...)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	l := &load{stdin: stdin}
	cmd.Stdout, cmd.Stderr = &lineWriter{take: l.take}, &l.stderr
	l.process = startProcess(t, cmd)
	return l
}

func (l *load) take(line []byte) {
	var c call
	if err := json.Unmarshal(line, &c); err != nil {
		c = call{Code: "unreadable", Error: string(line)}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
}

// soFar returns the calls that have ended.
func (l *load) soFar() calls {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls)
}

// awaitAnswers waits until each of the instances has answered a call, and fails the test when that takes too long.
func (l *load) awaitAnswers(t *testing.T, within time.Duration, instances ...*instance) {
	t.Helper()
	for _, i := range instances {
		require.Eventually(t, func() bool { return len(l.soFar().answeredBy(i)) > 0 }, within, 50*time.Millisecond,
			"instance %s, which serves at %s, gets no calls:\n%s", i.name, i.address, l.soFar().table())
	}
}

// finish has the load program make no more calls than it has to, and returns all when they have ended.
func (l *load) finish(t *testing.T) calls {
	t.Helper()
	require.NoError(t, l.stdin.Close())
	assert.NoError(t, l.wait(t), l.stderr.String())
	return l.calls
}
