package graph

import "slices"

// view is the exact calls of a graph by their ends, as the checks look at it.
type view struct {
	*Graph
	into, outOf map[*Method][]*Call
	looping     map[*Call]bool // on a cycle of exact calls; no path goes through them, or it would have no end
	arrivals    map[*Method]arrival
	onward      map[*Method]arrival
}

func newView(g *Graph) *view {
	v := &view{
		Graph: g,
		into:  map[*Method][]*Call{}, outOf: map[*Method][]*Call{}, looping: map[*Call]bool{},
		arrivals: map[*Method]arrival{}, onward: map[*Method]arrival{},
	}
	for _, c := range g.Calls {
		if c.exact() {
			v.into[c.ToMethod] = append(v.into[c.ToMethod], c)
			v.outOf[c.FromMethod] = append(v.outOf[c.FromMethod], c)
		}
	}
	exact := newNetwork(g, false)
	for _, component := range exact.components(exact.all()) {
		for _, c := range exact.calls(component) {
			v.looping[c] = true
		}
	}
	return v
}

// arrival is how often one request may reach a method: the most of all paths, and the last call of that one.
type arrival struct {
	times int
	call  *Call // nil: no call reaches it more than once
}

// mostTimes keeps the product along a very long path within its type.
const mostTimes = 1 << 40

// tried is how often one request of somebody outside may reach a method, along the path on which that is most.
func (v *view) tried(m *Method) arrival {
	return worst(v.arrivals, m, v.into, v.looping, func(c *Call) *Method { return c.FromMethod })
}

// tries is how often one request that a method gets may reach the end of a path from it.
func (v *view) tries(m *Method) arrival {
	return worst(v.onward, m, v.outOf, v.looping, func(c *Call) *Method { return c.ToMethod })
}

func worst(known map[*Method]arrival, m *Method, calls map[*Method][]*Call, looping map[*Call]bool, next func(*Call) *Method) arrival {
	if a, ok := known[m]; ok {
		return a
	}
	most := arrival{times: 1}
	for _, c := range calls[m] {
		if looping[c] {
			continue
		}
		beyond := worst(known, next(c), calls, looping, next)
		if times := min(beyond.times*c.Attempts, mostTimes); times > most.times {
			most = arrival{times, c}
		}
	}
	known[m] = most
	return most
}

// pathTo is the calls along which one request reaches a method most often, from the first that is retried.
func (v *view) pathTo(m *Method) []*Call {
	var path []*Call
	for a := v.tried(m); a.call != nil; a = v.tried(a.call.FromMethod) {
		path = append(path, a.call)
	}
	slices.Reverse(path)
	return path
}

// pathFrom is the calls along which one request that a method gets goes on most often, to the last that is retried.
func (v *view) pathFrom(m *Method) []*Call {
	var path []*Call
	for a := v.tries(m); a.call != nil; a = v.tries(a.call.ToMethod) {
		path = append(path, a.call)
	}
	return path
}
