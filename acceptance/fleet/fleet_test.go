package fleet

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// instances is how many instances a fleet has.
const instances = 3

// fleet is a service with its instances and the registry by which clients find them.
type fleet struct {
	service

	registry registry
	running  []*instance
	started  int
}

// newFleet emits the service for the registry. It has no instances yet.
func newFleet(t *testing.T, msgen string, r registry) *fleet {
	t.Helper()
	return &fleet{service: emit(t, msgen, r.policy()), registry: r}
}

// start starts one more instance.
func (f *fleet) start(t *testing.T) *instance {
	t.Helper()
	f.started++
	environment := append(f.registry.environment(), f.registry.place(t)...)
	i := f.startInstance(t, fmt.Sprintf("#%d", f.started), environment...)
	f.running = append(f.running, i)
	f.registry.joined(t, i)
	return i
}

// startAll starts so many instances.
func (f *fleet) startAll(t *testing.T, n int) []*instance {
	t.Helper()
	for range n {
		f.start(t)
	}
	return slices.Clone(f.running[len(f.running)-n:])
}

// stop asks the instance to stop, waits until it has, and returns when it was asked.
func (f *fleet) stop(t *testing.T, i *instance) time.Time {
	t.Helper()
	at := time.Now()
	f.registry.left(t, i) // a platform tells the world and the instance at the same time
	i.stop(t)
	f.remove(i)
	return at
}

// kill ends the instance as a crash does, and returns when that was.
func (f *fleet) kill(t *testing.T, i *instance) time.Time {
	t.Helper()
	at := i.kill(t)
	f.registry.left(t, i)
	f.remove(i)
	return at
}

func (f *fleet) remove(i *instance) {
	f.running = slices.DeleteFunc(f.running, func(other *instance) bool { return other == i })
}

// call starts the load program.
func (f *fleet) call(t *testing.T, flags ...string) *load {
	t.Helper()
	return f.startLoad(t, f.registry.environment(), flags...)
}

// awaitForgotten waits until the registry does not list the instance, and returns how long that took since its end.
func (f *fleet) awaitForgotten(t *testing.T, i *instance, ended time.Time, within time.Duration) time.Duration {
	t.Helper()
	f.awaitListed(t, within, "the registry still lists instance "+i.name, func(listed []string) bool {
		return !slices.Contains(listed, i.address)
	})
	return time.Since(ended)
}

// awaitRegistered waits until the registry lists the instances that run. Until then a client may be told that there are
// none, and its calls fail.
func (f *fleet) awaitRegistered(t *testing.T, within time.Duration) {
	t.Helper()
	f.awaitListed(t, within, "the registry does not list those that run", func(listed []string) bool {
		return !slices.ContainsFunc(f.running, func(i *instance) bool { return !slices.Contains(listed, i.address) })
	})
}

// awaitListed waits until what the registry lists is right.
func (f *fleet) awaitListed(t *testing.T, within time.Duration, otherwise string, right func(listed []string) bool) {
	t.Helper()
	var listed []string
	var err error
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if listed, err = f.registry.listed(t.Context()); err == nil && right(listed) {
			return
		}
	}
	require.Fail(t, otherwise, "after %v it lists %q, and its error is %v", within, listed, err)
}
