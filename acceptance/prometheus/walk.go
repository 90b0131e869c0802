package prometheus

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// HaveSeries wants each alert to be a question that is answered, if only by nothing, and each series that it watches to
// be there, if only at zero: an alert on what nobody exposes never fires.
func (s Server) HaveSeries(t *testing.T, alerts []Expression) {
	t.Helper()
	require.NotEmpty(t, alerts)
	for _, alert := range alerts {
		s.Numbers(t, alert.Expr)
		for _, series := range selectors(t, alert) {
			assert.True(t, soon(func() bool { return len(s.Numbers(t, series)) > 0 }),
				"%s watches %s, which nothing exposes", alert.Where, series)
		}
	}
}

// HaveData wants each expression to have a value sooner or later, while something is done again and again.
func (s Server) HaveData(t *testing.T, expressions []Expression, meanwhile func()) {
	t.Helper()
	s.walk(t, expressions, meanwhile, "has no data", func(float64) bool { return true })
}

// HaveMore is HaveData that wants a value above zero.
func (s Server) HaveMore(t *testing.T, expressions []Expression, meanwhile func()) {
	t.Helper()
	s.walk(t, expressions, meanwhile, "is nowhere above zero", func(value float64) bool { return value > 0 })
}

func (s Server) walk(t *testing.T, expressions []Expression, meanwhile func(), fault string, wanted func(float64) bool) {
	t.Helper()
	require.NotEmpty(t, expressions)
	for _, e := range expressions {
		assert.True(t, soon(func() bool {
			meanwhile()
			return slices.ContainsFunc(s.Numbers(t, e.Expr), wanted)
		}), "%s %s: %s", e.Where, fault, e.Expr)
	}
}

// soon reports whether something comes to be so. It asks here, where a question that fails ends the test.
func soon(isSo func() bool) bool {
	for end := time.Now().Add(program.Patience); !isSo(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
