package graph

import (
	"fmt"
	"time"

	"github.com/msgen/msgen/generator/diag"
)

// checkDeadlines finds the bounds that a method's own calls do not fit into: that of its server, and those of its callers.
// A method is taken to make each of its calls once, one after the other. Streams have no such sum: neither what they last
// nor how often they call is bounded by a policy.
func (v *view) checkDeadlines() []diag.Problem {
	var problems []diag.Problem
	for _, s := range v.Services {
		for _, m := range s.Methods {
			calls := v.bounded(m)
			if !m.Unary || len(calls) == 0 {
				continue
			}
			need, arithmetic := sum(calls)
			if s.RequestTimeout > 0 && need > s.RequestTimeout {
				problems = append(problems, tooLong(calls[0].At, calls, s.RequestTimeout, s.Assumed,
					fmt.Sprintf("%s may wait for %s, %s longer than its server's requestTimeout %s", m, arithmetic, span(need-s.RequestTimeout), span(s.RequestTimeout)),
					fmt.Sprintf("give its calls shorter timeouts, make one of them an event, or raise server.requestTimeout of %s to %s", s.Name, span(need))))
			}
			for _, caller := range v.into[m] {
				if !v.looping[caller] { // no timeouts of a ring fit into each other
					problems = append(problems, caller.checkDeadline(m, calls, need, arithmetic)...)
				}
			}
		}
	}
	return problems
}

// bounded are the unary calls of a method, each of which ends in time.
func (v *view) bounded(m *Method) []*Call {
	var calls []*Call
	for _, c := range v.outOf[m] {
		if c.ToMethod.Unary && c.WorstCase > 0 {
			calls = append(calls, c)
		}
	}
	return calls
}

// checkDeadline holds what a method waits for against what a caller of it gives it: one attempt's time where there may be
// more than one, for an attempt that is cut off is made again from the beginning.
func (c *Call) checkDeadline(m *Method, calls []*Call, need time.Duration, arithmetic string) []diag.Problem {
	name, bound := "timeout", c.Timeout
	if c.AttemptTimeout > 0 && (bound == 0 || c.AttemptTimeout < bound) {
		name, bound = "attemptTimeout", c.AttemptTimeout
	}
	if bound == 0 || need <= bound {
		return nil
	}
	return []diag.Problem{tooLong(c.At, calls, bound, c.Assumed && bound == c.Timeout,
		fmt.Sprintf("%s has %s %s, and %s may wait for %s, %s longer", c, name, span(bound), m, arithmetic, span(need-bound)),
		fmt.Sprintf("raise that %s to %s, give the calls of %s shorter ones, or make one of them an event", name, span(need), m))}
}

// tooLong is an error, but only a warning where it is not the policies that contradict each other: where the bound is a
// default, and what they say of the calls fits into it.
func tooLong(at diag.Position, calls []*Call, bound time.Duration, assumed bool, message, fix string) diag.Problem {
	var written time.Duration
	for _, c := range calls {
		if !c.Assumed {
			written += c.WorstCase
		}
	}
	problem := diag.Problem{Position: at, Message: message, Fix: fix}
	if assumed && written <= bound {
		problem.Severity = diag.Warning
	}
	return problem
}
