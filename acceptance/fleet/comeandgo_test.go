package fleet

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/acceptance/program"
)

// sightings are what was measured of one provider.
type sightings struct {
	first  time.Duration // the slowest new instance's time from serving to its first call
	last   time.Duration // from the kill of an instance to the begin of the last call that was sent there
	forgot string        // from then to when the registry no longer listed it, or "never"
	failed int           // calls that failed because of it
}

// TestInstancesComeAndGo starts two instances beside a running one and kills the first, all under load. It checks that
// traffic spreads, and that after the kill the calls fail for no longer than the policy lets them. The table at its end
// says how long clients take to notice.
func TestInstancesComeAndGo(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 1, ' ', tabwriter.Debug)
	fmt.Fprintln(rows, "|provider\tserving to first call\tkill to last call\tkill to no longer listed\tcalls failed\t")
	for _, p := range providers() {
		t.Run(p.name, func(t *testing.T) {
			s := comeAndGo(t, newFleet(t, msgen, p.start(t)), p)
			fmt.Fprintf(rows, "|%s\t%s\t%s\t%s\t%d\t\n", p.name, ms(s.first), ms(s.last), s.forgot, s.failed)
		})
	}
	assert.NoError(t, rows.Flush())
	fmt.Fprintf(t.Output(), "%s", table.Bytes())
}

// spreadTime is how long the spread is measured, under the load of about 250 calls per second.
const spreadTime = 4 * time.Second

func comeAndGo(t *testing.T, f *fleet, p provider) sightings {
	t.Helper()
	old := f.start(t)
	f.awaitRegistered(t, busy)
	l := f.call(t, "-rate=250", "-work=100ms")
	l.awaitAnswers(t, p.sight, old)
	young := []*instance{f.start(t), f.start(t)}
	l.awaitAnswers(t, p.sight, young...)

	spread := time.Now()
	time.Sleep(spreadTime)
	killed := f.kill(t, old)
	s := sightings{forgot: "never"}
	if p.forget > 0 {
		s.forgot = ms(f.awaitForgotten(t, old, killed, p.forget))
	}
	time.Sleep(2 * notice) // long enough for calls that should not fail to do so
	made := l.finish(t)

	t.Logf("before the kill\n%s", made.begunIn(time.Time{}, spread).table())
	checkSpread(t, made.begunIn(spread, killed.Add(-time.Second)), f.running, old)
	t.Logf("from a second before the kill on\n%s", made.begunIn(killed.Add(-time.Second), time.Now()).table())
	checkKill(t, made, old, killed)
	for _, i := range young {
		s.first = max(s.first, made.answeredBy(i).firstStart().Sub(i.served))
	}
	s.last = max(0, made.sentTo(old).lastStart().Sub(killed))
	s.failed = len(made.failed())
	return s
}

// checkSpread checks that each instance answers its share of the calls, within 20 %.
func checkSpread(t *testing.T, made calls, young []*instance, old *instance) {
	t.Helper()
	all := append(slices.Clone(young), old)
	t.Logf("the spread\n%s", made.table())
	for _, i := range all {
		share := float64(len(made)) / float64(len(all))
		assert.InEpsilon(t, share, len(made.answeredBy(i)), 0.2, "calls that instance %s answered", i.name)
	}
}

// notice is how long clients may take to notice that a process is gone, whatever their registry says: the kernel tells
// them at once, and the machine may be busy.
const notice = time.Second

// checkKill checks that the calls that failed had been sent to the instance when it was killed, or soon after.
func checkKill(t *testing.T, made calls, dead *instance, killed time.Time) {
	t.Helper()
	failed := made.failed()
	inFlight := made.inFlight(killed).sentTo(dead)
	t.Logf("instance %s was killed with %d calls in flight, and %d calls failed", dead.name, len(inFlight), len(failed))
	for _, c := range failed {
		assert.Equal(t, "Unavailable", c.Code, c.Error)
		assert.Equal(t, dead.address, c.Peer, "a call failed that went elsewhere: %+v", c)
		assert.WithinRange(t, c.Start, killed.Add(-patience), killed.Add(notice), "%+v", c)
	}
}
