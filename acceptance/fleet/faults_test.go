package fleet

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// The policy of the fault tests, and what it promises.
const (
	budgetPercent   = 20
	budgetPerSecond = 10
	sleepWindow     = time.Second
	faultTimeout    = time.Second
	// warm is how long a client has before its calls must not fail.
	warm = 3 * time.Second
	// faulty is how long the fault lasts.
	faulty = 4 * time.Second
)

// resilient is a registry with a policy that has everything; fallback is what stands under resilience.methods.
type resilient struct {
	registry

	fallback string
}

func (r resilient) policy() string {
	return r.registry.policy() + fmt.Sprintf(`
resilience:
  retryBudget: {percent: %d, minRetriesPerSecond: %d}
  defaults:
    timeout: %s
    attemptTimeout: 200ms
    retry: {initialBackoff: 10ms, maxBackoff: 50ms}
    breaker: {sleepWindow: %s}
    bulkhead: {maxConcurrentRequests: 1000}
  methods: {%s}
`, budgetPercent, budgetPerSecond, faultTimeout, sleepWindow, r.fallback)
}

// fail has the instance fail as the mood says, or not be there any more.
func (i *instance) fail(t *testing.T, mood string) {
	t.Helper()
	if mood == "killed" {
		i.kill(t)
	} else {
		i.setMood(t, mood)
	}
}

// refused are those that a breaker did not let through.
func (c calls) refused() calls {
	return c.where(func(one call) bool { return strings.Contains(one.Error, "the breaker of") })
}

// TestOneOfThreeFails has one of three instances fail in each way, from the first call on or later. No call that may be
// repeated fails, and no breaker opens.
func TestOneOfThreeFails(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	for _, mood := range []string{"killed", "hang", "slow", "flap", "third"} {
		for _, rate := range []int{5, 50, 500} {
			for _, first := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s at %d per second, first %v", mood, rate, first), func(t *testing.T) {
					f := newFleet(t, msgen, resilient{registry: startStatic(t)})
					if rate < 500 {
						t.Parallel() // but for the build; a machine that is busy is a fault of its own
					}
					f.startAll(t, instances)
					if first {
						f.running[0].fail(t, mood)
					}
					l := f.call(t, "-get", fmt.Sprintf("-rate=%d", rate), "-work=5ms")
					time.Sleep(warm)
					if !first {
						f.running[0].fail(t, mood)
					}
					time.Sleep(faulty)
					made := l.finish(t)
					checked := made.begunIn(made.firstStart().Add(warm), time.Now())
					t.Log(checked.table())
					assert.NotEmpty(t, checked)
					assert.Empty(t, checked.failed())
					assert.Empty(t, made.refused())
				})
			}
		}
	}
}

// TestAllFail has all instances fail at once, and heal. Retries stay within the budget, then calls are refused at once,
// or answered by the fallback; and soon after the end of the fault they are answered again.
func TestAllFail(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	for _, mood := range []string{"down", "hang"} {
		for _, fallback := range []string{"", "Get: {fallback: {value: {instance: fallback}}}"} {
			t.Run(fmt.Sprintf("%s, %q", mood, fallback), func(t *testing.T) {
				f := newFleet(t, msgen, resilient{startStatic(t), fallback})
				t.Parallel() // but for the build
				f.startAll(t, instances)
				l := f.call(t, "-get", "-rate=100", "-work=5ms")
				time.Sleep(warm)
				before, began := f.attempts(t), time.Now()
				for _, i := range f.running {
					i.fail(t, mood)
				}
				time.Sleep(faulty)
				for _, i := range f.running {
					i.setMood(t, "well")
				}
				healed := time.Now()
				attempts := f.attempts(t) - before
				time.Sleep(sleepWindow + warm)
				checkBudget(t, l.soFar().begunIn(began, healed), attempts, healed.Sub(began))
				made := l.finish(t)
				checkAnswers(t, made.begunIn(began.Add(faulty/2), healed), fallback != "")
				checkRecovery(t, made, healed)
			})
		}
	}
}

// attempts is how many attempts at Get the instances have seen.
func (f *fleet) attempts(t *testing.T) (sum int) {
	t.Helper()
	for _, i := range f.running {
		seen, err := i.metric(t.Context(), `grpc_server_started_total{grpc_method="Get",grpc_service="fleet.v1.Probe",grpc_type="unary"}`)
		require.NoError(t, err)
		sum += int(seen)
	}
	return sum
}

func checkBudget(t *testing.T, made calls, attempts int, lasted time.Duration) {
	t.Helper()
	most := len(made) + len(made)*budgetPercent/100 + (int(lasted.Seconds())+2)*budgetPerSecond
	t.Logf("%d calls, %d attempts, at most %d are allowed", len(made), attempts, most)
	assert.LessOrEqual(t, attempts, most)
}

// checkAnswers looks at what callers get once the breaker is open.
func checkAnswers(t *testing.T, made calls, fallback bool) {
	t.Helper()
	t.Log(made.table())
	if fallback {
		assert.Empty(t, made.failed())
		assert.Less(t, made.latency(0.5), 5*time.Millisecond, "half of the fallbacks")
		return
	}
	refused := made.refused()
	assert.NotEmpty(t, refused)
	assert.Less(t, refused.latency(0.5), time.Millisecond, "half of the refusals")
}

// checkRecovery looks for the first good answer: a probe may be let through just before the end of the fault.
func checkRecovery(t *testing.T, made calls, healed time.Time) {
	t.Helper()
	after := made.where(func(one call) bool {
		return one.Start.After(healed) && one.Instance != "" && one.Instance != "fallback"
	})
	require.NotEmpty(t, after, "no call is answered after the fault")
	took := after.firstStart().Sub(healed)
	t.Logf("the first good answer comes %s after the fault", took)
	assert.LessOrEqual(t, took, sleepWindow+faultTimeout)
}
