package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/acceptance/program"
)

// server is a registry that is a process of its own.
type server interface {
	registry

	// crash ends the process.
	crash(t *testing.T)
	// runEmpty starts the process with nothing of what it held, and returns when it answers.
	runEmpty(t *testing.T)
}

// outage is how long registries are down.
const outage = time.Minute

// TestRegistryOutage takes the registry away under load, for much longer than it remembers an instance that is silent,
// and brings it back empty. No call fails, and the instances are registered again in time.
func TestRegistryOutage(t *testing.T) {
	t.Parallel() // it waits for most of the time
	msgen := program.BuildMsgen(t, repository)
	for _, c := range []struct {
		name  string
		start func(t *testing.T) registry
		ttl   time.Duration
	}{
		{"etcd", startEtcd, etcdTTL},
		{"Consul", startConsul("grpc"), consulTTL},
		{"Consul, TTL", startConsul("ttl"), consulTTL},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := c.start(t).(server)
			f := newFleet(t, msgen, r)
			f.startAll(t, instances)
			f.awaitRegistered(t, busy)
			l := f.call(t, "-rate=100", "-work=50ms")
			l.awaitAnswers(t, busy, f.running...)

			down := time.Now()
			r.crash(t)
			time.Sleep(outage)
			r.runEmpty(t)
			back := time.Now()
			f.awaitRegistered(t, 2*c.ttl)
			registered := time.Now()
			time.Sleep(2 * notice) // for calls by what the clients have learned of that
			made := l.finish(t)

			t.Logf("%s was down for %s; all were registered again %s after it was back\n%s",
				c.name, back.Sub(down).Round(time.Second), ms(registered.Sub(back)), made.table())
			assert.Empty(t, made.failed(), "calls failed")
			for _, i := range f.running {
				assert.NotEmpty(t, made.begunIn(registered.Add(notice), time.Now()).answeredBy(i), "calls that %s answered", i.name)
			}
		})
	}
}
