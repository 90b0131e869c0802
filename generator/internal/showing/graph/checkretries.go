package graph

import (
	"fmt"
	"math"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// mostAttempts is how often one request may reach the end of a path: three attempts on each of two hops. Three attempts are
// the default of a retry, and a service that retries should be the only one on the path, the one right above what fails
// (https://sre.google/sre-book/addressing-cascading-failures/, "Retries"); a second one is let pass, since the two may be
// of different teams. A third is where the load of a failing service becomes tens of times what its users ask for.
const mostAttempts = 9

// mostLoad is how much more load a path's retry budgets may let through for long. Below it, a long path is still a path
// on which one unlucky request is tried too often, but no outage is made worse by it: that is a warning.
const mostLoad = 2.0

// checkAmplification finds the call of each path with which the attempts along it become too many, and shows the deepest
// path through that call.
func (v *view) checkAmplification() []diag.Problem {
	var problems []diag.Problem
	for _, c := range v.Calls {
		if !c.exact() || v.looping[c] {
			continue
		}
		before := v.tried(c.FromMethod).times
		if before > mostAttempts || before*c.Attempts <= mostAttempts {
			continue
		}
		path := append(append(v.pathTo(c.FromMethod), c), v.pathFrom(c.ToMethod)...)
		problem := diag.Problem{
			Position: c.At,
			Message:  fmt.Sprintf("%s: one request may be tried %s times", along(path), product(path)),
			Want:     fmt.Sprintf("at most %d", mostAttempts),
			Fix:      fmt.Sprintf("retry at one place of the path only, best right above %s: set retry: null for the others, or fewer maxAttempts", path[len(path)-1].to()),
		}
		if load, arithmetic := load(path); load > mostLoad {
			problem.Message += fmt.Sprintf(", and while %s fails, its load is %s times what it was", path[len(path)-1].to(), arithmetic)
		} else {
			problem.Severity = diag.Warning
			problem.Message += fmt.Sprintf("; retry budgets hold the load to %s times", arithmetic)
		}
		problems = append(problems, problem)
	}
	return problems
}

// load is what becomes of the load at the end of a path when every call fails: with a budget, a hop adds that share of its
// calls and no more, whatever its attempts; without one, all of them. The few retries in a second that budgets let
// through in any case do not count.
func load(path []*Call) (times float64, arithmetic string) {
	times = 1
	var factors []string
	for _, c := range path {
		factor := float64(c.Attempts)
		if c.Budget > 0 {
			factor = min(factor, 1+float64(c.Budget)/100)
		}
		times *= factor
		factors = append(factors, short(factor))
	}
	return times, strings.Join(factors, " x ") + " = " + short(times)
}

// short is a number with two digits behind the point, at most.
func short(f float64) string { return fmt.Sprint(math.Round(f*100) / 100) }

// checkIdempotency finds calls of methods with effects that must not be had twice, on paths that are retried further up:
// whoever retries has been told that the method which it calls may be called twice. Of a path it finds the first such
// call, which a method makes that says it may be called twice.
func (v *view) checkIdempotency() []diag.Problem {
	var problems []diag.Problem
	for _, c := range v.Calls {
		if !c.exact() || v.looping[c] || c.ToMethod.Idempotent || !c.FromMethod.Idempotent {
			continue
		}
		above := v.pathTo(c.FromMethod)
		if len(above) == 0 {
			continue
		}
		claims := above[0].ToMethod
		problems = append(problems, diag.Problem{
			Position: c.At,
			Message: fmt.Sprintf("%s: one request may be tried %s times, and %s is not idempotent: what it does may be done as often",
				along(append(above, c)), product(above), c.ToMethod),
			Fix: fmt.Sprintf("make %s idempotent and declare it so, declare idempotent: false for %s, or make the call an event", c.ToMethod, claims),
		})
	}
	return problems
}
