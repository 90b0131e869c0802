package fleet

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

const (
	// ejectedWithin is how long a bad instance may get calls, from the first call of a client on.
	ejectedWithin = 2 * time.Second
	// ejection is how long the policy keeps a bad instance from calls.
	ejection = 12 * time.Second
	// badFor is how long an instance is bad: it heals before its ejection is over.
	badFor = 5 * time.Second
)

// TestOneOfThreeIsBad has one of three instances misbehave from the first call on. The client leaves it out before long,
// and takes it back when it is well again.
func TestOneOfThreeIsBad(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	for _, c := range []struct{ mood, balancing string }{
		{"err", "round_robin"},
		{"hang", "round_robin"},
		{"slow", "round_robin"},
		{"err", "least_request"}, // which prefers an instance that is quick to err
		{"hang", "custom"},       // as msgen makes it
		{"slow", "weighted_round_robin"},
		{"err", "ring_hash, requestHashHeader: x-caller"},
	} {
		t.Run(c.mood+" under "+c.balancing, func(t *testing.T) {
			f := newFleet(t, msgen, impatient{startStatic(t), c.balancing})
			t.Parallel() // but for the build
			f.startAll(t, instances)
			bad := f.running[0]
			bad.setMood(t, c.mood)
			l := f.call(t, "-rate=150", "-work=20ms", "-timeout=3s")
			l.awaitAnswers(t, busy, f.running[1:]...)

			time.Sleep(badFor)
			bad.setMood(t, "well")
			healed := time.Now()
			l.awaitAnswers(t, ejection+busy, bad)
			time.Sleep(notice)
			made := l.finish(t)
			checkEjection(t, made, bad, healed)
		})
	}
}

// impatient is a registry with a policy under which a bad instance is found out soon.
type impatient struct {
	registry

	balancing string
}

func (i impatient) policy() string {
	return i.registry.policy() + fmt.Sprintf(`
server: {requestTimeout: 500ms}
balancing: {policy: %s, outlierDetection: {consecutiveFailures: 5, baseEjectionTime: %s}}
`, i.balancing, ejection)
}

// setMood makes the instance behave in another way: as "err", "hang" and "slow" have it, or well.
func (i *instance) setMood(t *testing.T, mood string) {
	t.Helper()
	require.NoError(t, os.WriteFile(i.mood, []byte(mood), 0o644))
}

func checkEjection(t *testing.T, made calls, bad *instance, healed time.Time) {
	t.Helper()
	ejected := made.firstStart().Add(ejectedWithin)
	before, after := made.begunIn(time.Time{}, ejected), made.begunIn(ejected, healed)
	last := before.sentTo(bad).lastStart()
	t.Logf("in the first %s %s of %d calls failed, and %s of the %d until it healed; the last one was sent to it after %s",
		ejectedWithin, before.failedShare(), len(before), after.failedShare(), len(after), ms(last.Sub(made.firstStart())))
	t.Logf("all in all\n%s", made.table())
	assert.NotEmpty(t, before.failed(), "the instance was not bad")
	assert.NotEmpty(t, after)
	assert.Empty(t, after.sentTo(bad), "it gets calls after %s", ejectedWithin)
	assert.Empty(t, after.failed(), "calls fail after %s", ejectedWithin)
	since := made.begunIn(healed, time.Now())
	assert.NotEmpty(t, since.answeredBy(bad), "it gets no calls when it is well again")
	assert.Empty(t, since.failed(), "calls fail when it is well again")
}

// failedShare is the share of the calls that failed, in percent.
func (c calls) failedShare() string {
	return fmt.Sprintf("%.1f %%", 100*float64(len(c.failed()))/float64(max(1, len(c))))
}
