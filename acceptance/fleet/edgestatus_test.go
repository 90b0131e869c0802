package fleet

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// check calls the health service behind the proxy, with a name of that many bytes.
func (p *proxy) check(t *testing.T, size int) error {
	t.Helper()
	conn, err := grpc.NewClient(p.listen, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: strings.Repeat("x", size)})
	return err
}

// awaitCode waits until a call through the proxy ends with the code.
func awaitCode(t *testing.T, p *proxy, code string) {
	t.Helper()
	require.Eventually(t, func() bool { return status.Code(p.check(t, 0)).String() == code }, behindEdge, 50*time.Millisecond)
}

// get asks the status server of the proxy.
func (p *proxy) get(t *testing.T, path string) (code int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.status+path, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

// speakGRPC: messages pass up to the limit of the instances, and what the proxy itself has to say is a status of gRPC.
func (tests edgeTests) speakGRPC(t *testing.T, e edge) {
	f, proxy := tests.behind(t, e, 1)
	only := f.running[0]
	awaitCode(t, proxy, "OK")
	code, _ := proxy.get(t, e.health)
	assert.Equal(t, http.StatusOK, code)

	assert.Equal(t, codes.NotFound, status.Code(proxy.check(t, 3<<20)), "the instance reads 3 MiB and knows no such service")
	assert.Equal(t, codes.ResourceExhausted, status.Code(proxy.check(t, 5<<20)), "5 MiB are more than server.maxRequestBytes")

	freeze(t, only)
	began := time.Now()
	err := proxy.check(t, 0)
	t.Logf("an instance that hangs: %v after %s", err, ms(time.Since(began)))
	assert.Equal(t, codes.DeadlineExceeded, status.Code(err), err)

	f.kill(t, only)
	awaitCode(t, proxy, "Unavailable")
	err = proxy.check(t, 0)
	t.Logf("no instance: %v", err)
	assert.ErrorContains(t, err, "no instance answers")
	if e.asks {
		code, _ = proxy.get(t, e.health)
		assert.Equal(t, http.StatusServiceUnavailable, code)
	}
}

// freeze has the kernel run the instance no more, and returns when none of its threads does.
func freeze(t *testing.T, i *instance) {
	t.Helper()
	i.signal(t, syscall.SIGSTOP)
	require.Eventually(t, func() bool {
		states, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", i.cmd.Process.Pid))
		require.NoError(t, err)
		return !slices.ContainsFunc(states, func(path string) bool {
			state, err := os.ReadFile(path)
			return err == nil && !bytes.Contains(state, []byte(") T "))
		})
	}, patience, 10*time.Millisecond, "the instance is not stopped")
}

// drain: a proxy that is told to drain takes no new connection and cuts no call; before, it tells of its work.
func (tests edgeTests) drain(t *testing.T, e edge) {
	f, proxy := tests.behind(t, e, instances)
	awaitCode(t, proxy, "OK")
	_, numbers := proxy.get(t, e.numbers)
	assert.Contains(t, numbers, e.number)

	l := proxy.call(t, f, "-rate=50", "-calls=50", "-work=1500ms")
	l.awaitAnswers(t, patience, f.running...)
	told := proxy.signal(t, e.drain)
	require.NoError(t, proxy.wait(t))
	assert.False(t, answers(proxy.listen))
	made := l.finish(t)

	t.Logf("\n%s", made.table())
	inFlight := made.inFlight(told).begunIn(time.Time{}, told.Add(-250*time.Millisecond)) // the proxy has them by then
	assert.NotEmpty(t, inFlight)
	assert.Empty(t, inFlight.failed(), "calls in flight were cut")
}
