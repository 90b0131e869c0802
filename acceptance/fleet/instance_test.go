package fleet

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// instance is one process of a service.
type instance struct {
	*process

	name    string    // how it answers; no other instance of the test has it
	address string    // host:port that it serves on
	admin   string    // the same of its admin server
	served  time.Time // since when
	mood    string    // the file that makes it misbehave
	log     *instanceLog
}

// startInstance starts an instance and returns when it serves.
func (s service) startInstance(t *testing.T, name string, environment ...string) *instance {
	t.Helper()
	i := &instance{name: name, mood: filepath.Join(t.TempDir(), "mood"), log: &instanceLog{serving: make(chan serving, 1)}}
	cmd := exec.Command(s.program)
	cmd.Env = append(os.Environ(), "INSTANCE="+name, "MOOD="+i.mood, "ADMIN_ADDRESS=127.0.0.1:0")
	cmd.Env = append(cmd.Env, environment...)
	cmd.Stdout = &lineWriter{take: i.log.take}
	cmd.Stderr = cmd.Stdout // of the same value, so that the two do not write at the same time
	showIfFailed(t, "instance "+name, &i.log.tail)
	i.process = startProcess(t, cmd)
	select {
	case at := <-i.log.serving:
		i.address, i.admin, i.served = at.GRPC, at.Admin, time.Now()
	case <-i.ended:
		require.Fail(t, "the instance ended before it served")
	case <-time.After(patience):
		require.Fail(t, "the instance does not serve")
	}
	return i
}

// serving is the line of the log that says where an instance serves.
type serving struct{ Msg, GRPC, Admin string }

// instanceLog is what an instance has logged, but for the lines about single calls.
type instanceLog struct {
	tail

	serving chan serving // holds the line when it was logged
}

func (l *instanceLog) take(line []byte) {
	if bytes.Contains(line, []byte(`"method":`)) {
		return
	}
	l.tail.take(line)
	var at serving
	if json.Unmarshal(line, &at) == nil && at.Msg == "serving" {
		l.serving <- at
	}
}

// await waits until the log says the text.
func (l *instanceLog) await(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(l.String(), text) }, busy, 50*time.Millisecond,
		"the instance does not say %q", text)
}
