package fleet

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// behindEdge is how soon a proxy sends calls to an instance that is back: it has asked for its health, or has not for a
// second found it down.
const behindEdge = 15 * time.Second

// rollingRestart restarts one instance after the other behind the proxy, as TestRollingRestart does where the caller
// balances.
func (tests edgeTests) rollingRestart(t *testing.T, e edge) {
	f, proxy := tests.behind(t, e, instances)
	l := proxy.call(t, f, "-rate=250", "-work=200ms", fmt.Sprint("-calls=", rollingCalls))
	l.awaitAnswers(t, behindEdge, f.running...)
	restarts := f.restart(t, l, provider{sight: behindEdge})
	checkRestart(t, l.finish(t), restarts)
}

// kill kills an instance behind the proxy. The calls that fail were in flight there. nginx repeats none of them; HAProxy
// has callers repeat those that it has no part of an answer to.
func (tests edgeTests) kill(t *testing.T, e edge) {
	f, proxy := tests.behind(t, e, instances)
	const work = 200 * time.Millisecond
	l := proxy.call(t, f, "-rate=250", fmt.Sprint("-work=", work))
	l.awaitAnswers(t, behindEdge, f.running...)
	time.Sleep(time.Second)
	dead := f.running[0]
	killed := f.kill(t, dead)
	time.Sleep(2 * notice)
	back := f.start(t)
	l.awaitAnswers(t, behindEdge, back)
	made := l.finish(t)

	made = made.begunIn(killed.Add(-time.Second), time.Now())
	t.Logf("from a second before the kill on\n%s", made.table())
	failed, inFlight := made.failed(), made.inFlight(killed)
	t.Logf("instance %s was killed with %d calls in flight to all, and %d calls failed; the last of them began %s after; %s got calls %s after it served",
		dead.name, len(inFlight), len(failed), ms(failed.lastStart().Sub(killed)), back.name, ms(made.answeredBy(back).firstStart().Sub(back.served)))
	assert.LessOrEqual(t, len(failed), len(inFlight), "more calls failed than there were")
	assert.Empty(t, failed.begunIn(killed.Add(notice), time.Now()), "calls still fail when everybody has noticed")
	if !e.repeats {
		worked := failed.where(func(c call) bool { return c.Method != "Watch" && c.Start.Before(killed) })
		assert.NotEmpty(t, worked, "the calls that the instance was working on were repeated")
	}
}
