package graph

import (
	"fmt"
	"slices"
)

// What it costs to turn a call into an event, in points: whoever publishes an event does not learn what became of it.
const (
	costStream   = 8 // a stream is not one message
	costRead     = 4 // a method without side effects is called for its answer and nothing else
	costAnswer   = 2 // its answer has something in it
	costFallback = 1 // the caller can do without the answer: this stands in place of the two before it
	costWaiting  = 1 // for each call, outside of the cycle, that waits for the method which makes the call
)

// cheapest makes a cycle of its calls, with the one that costs least to turn into an event; of equal ones the first. A
// cycle with a vague call is cut at the first such, for it is not known to be one.
func (v *view) cheapest(calls []*Call) Cycle {
	cycle := Cycle{Calls: calls}
	if i := slices.IndexFunc(calls, func(c *Call) bool { return !c.exact() }); i >= 0 {
		cycle.Cut, cycle.Possible = calls[i], true
		return cycle
	}
	least := 0
	for _, c := range calls {
		if cost, why := v.cost(c, calls); cycle.Cut == nil || cost < least {
			cycle.Cut, cycle.Why, least = c, why, cost
		}
	}
	return cycle
}

// cost is what it costs to turn one call of a cycle into an event, with the reasons in words.
func (v *view) cost(c *Call, cycle []*Call) (points int, why []string) {
	switch {
	case c.Fallback != "":
		points += costFallback
		why = append(why, "its caller has a fallback for the answer")
	case c.ToMethod.Reads:
		points += costRead + costAnswer
		why = append(why, "though it is called for its answer")
	case c.ToMethod.Empty:
		why = append(why, "its answer is empty")
	default:
		points += costAnswer
		why = append(why, "though its answer is not empty")
	}
	if !c.ToMethod.Unary {
		points += costStream
		why = append(why, "though it is a stream")
	}
	waiting := 0
	for _, other := range v.into[c.FromMethod] {
		if !slices.Contains(cycle, other) {
			waiting++
		}
	}
	points += waiting * costWaiting
	if waiting == 0 {
		return points, append(why, "no call outside of the cycle waits for it")
	}
	return points, append(why, fmt.Sprintf("though %d outside of the cycle wait for it", waiting))
}
