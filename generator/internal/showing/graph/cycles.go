package graph

import (
	"slices"
)

// Cycle is methods that call each other in a ring: each waits for the next, and the last for the first.
type Cycle struct {
	Calls []*Call // in order; the last one leads to where the first one begins
	Cut   *Call   // the call of them that is cheapest to turn into an event; a vague one where there is one
	Why   []string

	// Possible is a cycle that the policies do not rule out, since one of its calls is vague: no calls say which
	// methods make it.
	Possible bool
	// More is how many calls are on cycles still once this one and those before it are cut: not zero only in a tangle
	// that was given up on.
	More int
}

// mostCycles is how many cycles of one tangle are explained. Whoever has cut as many looks at a graph that is another.
const mostCycles = 25

// Cycles returns synchronous cycles of the graph, and marks every call that is on one. An event waits for nobody, and is
// no part of any. What it returns is not every cycle, of which there may be more than anybody can read, but enough of
// them that without their Cut calls there is none left: after each, the next one is looked for in what remains. Cycles
// of exact calls come first, and those that are only possible are such as are left without these.
func (g *Graph) Cycles() []Cycle {
	v := newView(g)
	sure := v.untangle(newNetwork(g, false))
	all := newNetwork(g, true)
	all.mark()
	for _, cycle := range sure {
		all.removed[cycle.Cut] = true
	}
	return append(sure, v.untangle(all)...)
}

// mark marks the calls on cycles: both their ends are in one component.
func (n *network) mark() {
	for _, component := range n.components(n.all()) {
		for _, c := range n.calls(component) {
			c.Cyclic = true
		}
	}
}

// calls are those within a component, as it is sorted.
func (n *network) calls(component []int) []*Call {
	var calls []*Call
	for _, place := range component {
		for _, e := range n.edges[place] {
			if _, inside := slices.BinarySearch(component, e.to); inside && e.call != nil && !n.removed[e.call] {
				calls = append(calls, e.call)
			}
		}
	}
	return calls
}

// untangle cuts cycle after cycle until there is none, or until one component has had enough of them.
func (v *view) untangle(n *network) []Cycle {
	var cycles []Cycle
	for _, component := range n.components(n.all()) {
		begin := len(cycles)
		for left := [][]int{component}; len(left) > 0; {
			if len(cycles)-begin == mostCycles {
				last := &cycles[len(cycles)-1]
				for _, rest := range left {
					last.More += len(n.calls(rest))
				}
				break
			}
			cycle := v.cheapest(n.shortest(left[0]))
			n.removed[cycle.Cut] = true
			cycles = append(cycles, cycle)
			left = append(n.components(left[0]), left[1:]...)
		}
	}
	return cycles
}
