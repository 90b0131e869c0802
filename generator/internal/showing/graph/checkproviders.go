package graph

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
)

// link is a service that calls another one.
type link struct{ from, to *Service }

// links are the pairs of services with a call between them, in the order of the first, and what they call.
func (v *view) links() (order []link, calls map[link][]*Call) {
	calls = map[link][]*Call{}
	for _, c := range v.Calls {
		l := link{c.From, c.To}
		if len(calls[l]) == 0 {
			order = append(order, l)
		}
		calls[l] = append(calls[l], c)
	}
	return order, calls
}

// checkProviders warns of callees that stand in another registry than their caller: the caller then depends on both.
func (v *view) checkProviders() []diag.Problem {
	var problems []diag.Problem
	order, calls := v.links()
	for _, l := range order {
		if l.from.Provider == l.to.Provider || l.from.Provider == "" || l.to.Provider == "" {
			continue
		}
		problems = append(problems, diag.Problem{
			Severity: diag.Warning,
			Position: calls[l][0].Dependency,
			Message: fmt.Sprintf("%s -> %s: found by %s, where %s itself uses %s: it then needs both to run",
				l.from.Name, l.to.Name, l.to.Provider, l.from.Name, l.from.Provider),
			Fix: "use one provider for both",
		})
	}
	return problems
}
