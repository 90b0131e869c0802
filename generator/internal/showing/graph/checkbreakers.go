package graph

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
)

// checkBreakers warns of critical calls that nothing stops while they keep failing. A call is critical when a request
// from outside fails with it: it has no fallback, and neither has any call on some path that leads to it from a method
// which no other calls.
func (v *view) checkBreakers() []diag.Problem {
	reached := v.critical()
	var problems []diag.Problem
	for _, c := range v.Calls {
		if !c.exact() || c.Breaker || c.Fallback != "" {
			continue
		}
		above, critical := reached[c.FromMethod]
		if !critical {
			continue
		}
		path := []*Call{c}
		for ; above != nil; above = reached[above.FromMethod] {
			path = append([]*Call{above}, path...)
		}
		wait := "for as long as the stream lasts"
		if c.WorstCase > 0 {
			wait = "up to " + span(c.WorstCase)
		}
		problems = append(problems, diag.Problem{
			Severity: diag.Warning,
			Position: c.At,
			Message: fmt.Sprintf("%s: no call on this path has a fallback, and the last one has no breaker: while %s hangs, each request waits %s before it fails",
				along(path), c.ToMethod, wait),
			Fix: fmt.Sprintf("give %s a breaker, or a fallback", c),
		})
	}
	return problems
}

// critical are the methods that a request from outside reaches without passing a fallback, with the last call on the
// shortest way there; nil for those that no other calls, where it comes in. Methods that only call each other count as
// such too: somebody must call them.
func (v *view) critical() map[*Method]*Call {
	reached := map[*Method]*Call{}
	var queue []*Method
	enter := func(m *Method, by *Call) {
		if _, known := reached[m]; !known {
			reached[m] = by
			queue = append(queue, m)
		}
	}
	for _, s := range v.Services {
		for _, m := range s.Methods {
			if !v.hasCallers(m) {
				enter(m, nil)
			}
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, c := range v.outOf[queue[0]] {
			if c.Fallback == "" {
				enter(c.ToMethod, c)
			}
		}
	}
	return reached
}

// hasCallers reports whether other methods call this one, leaving cycles aside.
func (v *view) hasCallers(m *Method) bool {
	for _, c := range v.into[m] {
		if !v.looping[c] {
			return true
		}
	}
	return false
}
