package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// demand is how many calls of a service one of its callers may make at once.
type demand struct {
	link
	most       int
	arithmetic string
	at         diag.Position
}

// checkCapacity warns of services whose callers may call them more often at once than they serve. Figures that nobody
// has written promise nothing: with none at all, there is nothing to hold against each other.
func (v *view) checkCapacity() []diag.Problem {
	order, calls := v.links()
	callers := map[*Service][]demand{}
	for _, l := range order {
		if l.from != l.to {
			callers[l.to] = append(callers[l.to], newDemand(l, calls[l]))
		}
	}
	var problems []diag.Problem
	for _, s := range v.Services {
		if problem, ok := s.overrun(callers[s]); ok {
			problems = append(problems, problem)
		}
	}
	return problems
}

// newDemand is what a caller may ask of a callee: its instances, each with a call for each request that it serves, or
// with as many as its bulkheads let through where every method that it calls has one.
func newDemand(l link, calls []*Call) demand {
	d := demand{link: l, at: calls[0].Dependency}
	each, words := l.from.MaxConcurrentRequests, "maxConcurrentRequests"
	bulkheads, whole := 0, true
	seen := map[*Method]bool{}
	for _, c := range calls {
		whole = whole && c.Bulkhead > 0 && c.ToMethod != nil
		if !seen[c.ToMethod] {
			seen[c.ToMethod] = true
			bulkheads += c.Bulkhead
		}
	}
	if whole && (each == 0 || bulkheads < each) {
		each, words = bulkheads, "bulkheads"
	}
	d.most = l.from.Replicas * each
	d.arithmetic = fmt.Sprintf("%s %d (%s %d x %s)", l.from.Name, d.most, words, each, instances(l.from.Replicas))
	return d
}

// overrun is the problem of a service that its callers may ask for more than it serves, at the one that asks for most.
func (s *Service) overrun(callers []demand) (diag.Problem, bool) {
	serves := s.MaxConcurrentRequests * s.Replicas
	sized, total := s.Sized, 0
	var terms []string
	for _, d := range callers {
		total += d.most
		sized = sized || d.from.Sized
		terms = append(terms, d.arithmetic)
	}
	if serves == 0 || total <= serves || !sized {
		return diag.Problem{}, false
	}
	most := slices.MaxFunc(callers, func(a, b demand) int { return cmp.Compare(a.most, b.most) })
	asked := strings.Join(terms, " + ")
	if len(terms) > 1 {
		asked += fmt.Sprintf(" = %d", total)
	}
	return diag.Problem{
		Severity: diag.Warning,
		Position: most.at,
		Message: fmt.Sprintf("%s serves %d calls at once (maxConcurrentRequests %d x %s), and its callers may make more: %s",
			s.Name, serves, s.MaxConcurrentRequests, instances(s.Replicas), asked),
		Fix: fmt.Sprintf("give %s a bulkhead for each method of %s that it calls, or give %s more instances", most.from.Name, s.Name, s.Name),
	}, true
}

func instances(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return fmt.Sprintf("%d instances", n)
}
