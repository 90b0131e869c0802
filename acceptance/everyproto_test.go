package acceptance

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/assert"
)

var wholeCorpus = flag.Bool("corpus", false, "TestCorpus takes every module, not those alone that are soon built")

// TestCorpus has the command line and the plugin make the services of real protos under a policy that has every section. Both
// make the same, which Go builds and vets, and which starts.
func TestCorpus(t *testing.T) {
	run := newCorpusRun(t)
	table := newCorpusTable()
	t.Run("modules", func(t *testing.T) {
		add := func(module string, programs func(*testing.T) []givenProtos) {
			t.Run(module, func(t *testing.T) {
				t.Parallel()
				table.add(module, run.module(t, programs(t)))
			})
		}
		for _, c := range corpora() {
			add(c.module, func(t *testing.T) []givenProtos { return c.given(t, run.tools) })
		}
		for _, s := range shippedModules() {
			if *wholeCorpus || !s.big {
				add(s.module, func(t *testing.T) []givenProtos { return s.given(t, run.tools.googleapis) })
			}
		}
	})
	t.Log("\n" + table.String())
	all := table.all()
	assert.Equal(t, all.services, all.generated)
	assert.Equal(t, all.services, all.rootless)
	assert.Equal(t, all.services, all.built)
	assert.Equal(t, all.services, all.started)
	if len(table.rows) == len(corpora())+len(shippedModules()) { // -run may have left some out
		assert.GreaterOrEqual(t, all.services, 300)
		assert.GreaterOrEqual(t, all.rpcs, 3000)
	}
}
