package fleet

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestEveryAddressOfANameIsReplaced scales a Kubernetes Service from two pods to six, and then replaces all six at the
// same moment. New pods get calls within one refresh of the name, and no call fails.
func TestEveryAddressOfANameIsReplaced(t *testing.T) {
	k := newKubernetes(t, aRecords)
	f := newFleet(t, program.BuildMsgen(t, repository), k)
	f.startAll(t, 2)
	l := f.call(t, "-rate=250", "-work=100ms")
	l.awaitAnswers(t, dnsRefresh+busy, f.running...)

	k.quiet = true
	added := f.startAll(t, 4)
	scaled := time.Now()
	k.publish()
	l.awaitAnswers(t, dnsRefresh+busy, added...)

	old := slices.Clone(f.running)
	replacements := f.startAll(t, len(old))
	for _, i := range old {
		k.left(t, i)
		f.remove(i)
	}
	replaced := time.Now()
	k.publish()
	stopAll(t, old)
	l.awaitAnswers(t, dnsRefresh+busy, replacements...)
	made := l.finish(t)

	t.Logf("all in all\n%s", made.table())
	assert.Empty(t, made.failed(), "calls failed")
	for _, i := range added {
		t.Logf("%s, one of four that came to two, got calls %s after", i.name, ms(made.answeredBy(i).firstStart().Sub(scaled)))
	}
	for _, i := range replacements {
		t.Logf("%s, one of six in place of six, got calls %s after", i.name, ms(made.answeredBy(i).firstStart().Sub(replaced)))
	}
}

// stopAll asks the instances to stop, all at the same moment, and waits until they have.
func stopAll(t *testing.T, instances []*instance) {
	t.Helper()
	for _, i := range instances {
		i.signal(t, syscall.SIGTERM)
	}
	for _, i := range instances {
		require.NoError(t, i.wait(t))
	}
}
