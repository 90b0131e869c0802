package fleet

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/acceptance/program"
)

// A rolling restart is under this load: so many calls at least, and so many in flight whenever an instance is told to
// stop. They take 200 ms each, so that at 250 calls per second about 50 are in flight.
const (
	rollingCalls    = 5000
	rollingInFlight = 32
)

// TestRollingRestart restarts one instance after the other under load. No call may fail, none being repeated.
func TestRollingRestart(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	for _, p := range providers() {
		if p.variant {
			continue // what it does otherwise is not about restarts
		}
		t.Run(p.name, func(t *testing.T) {
			f := newFleet(t, msgen, p.start(t))
			f.startAll(t, instances)
			f.awaitRegistered(t, busy)
			l := f.call(t, "-rate=250", "-work=200ms", fmt.Sprint("-calls=", rollingCalls))
			l.awaitAnswers(t, p.sight, f.running...)
			restarts := f.restart(t, l, p)
			made := l.finish(t)
			checkRestart(t, made, restarts)
		})
	}
}

// restart is one instance's turn.
type restart struct {
	told          time.Time // when the old instance was told to stop
	before, after *instance
}

// restart restarts each instance. The next one's turn comes when the new one gets calls.
func (f *fleet) restart(t *testing.T, l *load, p provider) []restart {
	t.Helper()
	var restarts []restart
	for _, old := range slices.Clone(f.running) {
		told := f.stop(t, old)
		successor := f.start(t)
		l.awaitAnswers(t, p.sight, successor)
		restarts = append(restarts, restart{told, old, successor})
	}
	return restarts
}

func checkRestart(t *testing.T, made calls, restarts []restart) {
	t.Helper()
	t.Logf("\n%s", made.table())
	assert.GreaterOrEqual(t, len(made), rollingCalls)
	assert.Empty(t, made.failed(), "calls failed")
	for _, r := range restarts {
		inFlight := made.inFlight(r.told)
		t.Logf("%s was told to stop with %d calls in flight, %d of them its own; it answered %d calls begun later; %s got calls %s after",
			r.before.name, len(inFlight), len(inFlight.sentTo(r.before)),
			len(made.answeredBy(r.before).begunIn(r.told, time.Now())),
			r.after.name, ms(made.answeredBy(r.after).firstStart().Sub(r.told)))
		assert.GreaterOrEqual(t, len(inFlight), rollingInFlight)
		assert.NotEmpty(t, made.answeredBy(r.after), "the new instance gets no calls")
	}
}
