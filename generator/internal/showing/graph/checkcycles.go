package graph

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// checkCycles refuses cycles of exact calls, and warns of those that vague calls may be on.
func (v *view) checkCycles() []diag.Problem {
	var problems []diag.Problem
	for _, cycle := range v.Cycles() {
		problem := diag.Problem{
			Position: cycle.Cut.At,
			Message:  fmt.Sprintf("%s: each waits for the next, and the last for the first", along(cycle.Calls)),
			Fix: fmt.Sprintf("merge the services, put a mediator or a gateway between them, or turn one call into an event: %s is the cheapest (%s)",
				cycle.Cut, strings.Join(cycle.Why, ", ")),
		}
		if cycle.Possible {
			problem.Severity = diag.Warning
			problem.Message = along(cycle.Calls) + ": may wait for each other in a ring: no calls say which methods do"
			problem.Fix = fmt.Sprintf("write calls for the methods of %s that call %s", cycle.Cut.From.Name, cycle.Cut.To.Name)
		}
		if cycle.More > 0 {
			problem.Message += fmt.Sprintf("; %d more calls are on cycles with these", cycle.More)
		}
		problems = append(problems, problem)
	}
	return problems
}
