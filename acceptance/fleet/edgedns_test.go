package fleet

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// findByDNS has instances appear in DNS and vanish from it while the proxy takes calls for them. DNS does not tell nginx
// on which port an instance is, so that all are on that of the policy.
func (tests edgeTests) findByDNS(t *testing.T, e edge, discovery string) {
	r, at := &edgeDNS{dns: startDNS(t), port: freePort(t)}, freeAddresses(t)
	tree := generate(t, tests.msgen, handwritten, "fleet", fmt.Sprintf("server: {grpcPort: %d, %s}\ndiscovery: %s\n", r.port, edgeServer, discovery)+e.policy(at, r.dns.address))
	f := &fleet{service: tests.service, registry: r}
	first := f.start(t)
	p := startEdge(t, e, tree, at)
	awaitCode(t, p, "OK")
	l := p.call(t, f, "-rate=100", "-work=50ms")
	l.awaitAnswers(t, behindEdge, first)
	young := f.startAll(t, 2)
	l.awaitAnswers(t, behindEdge, young...)
	told := f.stop(t, first) // it leaves DNS at the same time
	stopped := time.Now()
	r.dns.setDown(e.asks)
	time.Sleep(3 * time.Second)
	made := l.finish(t)

	t.Logf("\n%s%s got calls for %s after it was told to stop, and took %s to do so", made.table(), first.name,
		ms(made.answeredBy(first).lastStart().Sub(told)), ms(stopped.Sub(told)))
	assert.Empty(t, made.failed(), "calls failed")
	for _, i := range young {
		assert.NotEmpty(t, made.answeredBy(i).begunIn(stopped, time.Now()), "instance %s gets no calls any more", i.name)
	}
}
