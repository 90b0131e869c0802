package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// deployed is a policy whose stop takes long enough for calls to be in flight, and short enough for a test.
const deployed = `server: {drainDelay: 2s, gracefulTimeout: 5s}
deploy:
  image: example.com/fleet
  kubernetes: {namespace: shop}
`

// figures are those by which a kubelet stops a pod.
type figures struct {
	preStop time.Duration // how long its hook sleeps
	grace   time.Duration // how long after the hook began the process is killed
}

// podFigures reads them in the emitted Deployment.
func (s service) podFigures(t *testing.T) figures {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "deploy/kubernetes/base/deployment.yaml"))
	require.NoError(t, err)
	seconds := func(pattern string) time.Duration {
		found := regexp.MustCompile(pattern).FindSubmatch(text)
		require.NotNil(t, found, pattern)
		n, err := strconv.Atoi(string(found[1]))
		require.NoError(t, err)
		return time.Duration(n) * time.Second
	}
	return figures{seconds(`sleep: \{seconds: ([0-9]+)\}`), seconds(`terminationGracePeriodSeconds: ([0-9]+)`)}
}

// TestManifestFigures replaces every instance under load as Kubernetes replaces pods, by the figures of the emitted
// Deployment. No call may fail, and no instance may be left for the kubelet to kill.
func TestManifestFigures(t *testing.T) {
	r := newKubernetes(t, srvRecords)
	f := &fleet{service: emit(t, program.BuildMsgen(t, repository), r.policy()+deployed), registry: r}
	pod := f.podFigures(t)
	f.startAll(t, instances)
	f.awaitRegistered(t, busy)
	l := f.call(t, "-rate=250", "-work=200ms", fmt.Sprint("-calls=", rollingCalls))
	l.awaitAnswers(t, busy, f.running...)
	var told []time.Time
	for _, old := range slices.Clone(f.running) {
		successor := f.start(t) // none is taken away before there is another: maxUnavailable is 0
		l.awaitAnswers(t, busy, successor)
		told = append(told, f.evict(t, old, pod))
	}
	made := l.finish(t)
	t.Logf("hook %s, grace period %s\n%s", pod.preStop, pod.grace, made.table())
	assert.Empty(t, made.failed(), "calls failed")
	for _, at := range told {
		assert.GreaterOrEqual(t, len(made.inFlight(at)), rollingInFlight)
	}
}

// evict stops an instance as a kubelet stops a pod, and returns when its process was told.
func (f *fleet) evict(t *testing.T, i *instance, pod figures) time.Time {
	t.Helper()
	killed := time.AfterFunc(pod.grace, func() { _ = i.cmd.Process.Kill() })
	f.registry.left(t, i) // it leaves the endpoints while its hook runs
	time.Sleep(pod.preStop)
	at := i.signal(t, syscall.SIGTERM)
	assert.NoError(t, i.wait(t), "instance %s did not end by itself", i.name)
	assert.True(t, killed.Stop(), "instance %s was killed: the grace period is too short", i.name)
	f.remove(i)
	return at
}
