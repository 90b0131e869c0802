package graph

import "slices"

// network is the calls of a graph between numbered places. A place is a method, or one of the two doors of a service:
// whatever leaves a service that does not say which of its methods calls goes through its way out, which all of its
// methods lead to, and whatever reaches it without a method comes in by its way in, which leads to all of them. So a
// graph of exact calls and vague ones is one graph, of a size that is linear in both.
type network struct {
	edges   [][]edge // by place
	removed map[*Call]bool
}

// edge leads from one place to another one. Those between a service's methods and its doors are no calls.
type edge struct {
	to   int
	call *Call // nil: of a door
}

// newNetwork takes the exact calls of a graph, or all of them.
func newNetwork(g *Graph, vague bool) *network {
	n := &network{removed: map[*Call]bool{}}
	places := map[any]int{}
	place := func(of any) int {
		at, ok := places[of]
		if !ok {
			at = len(n.edges)
			places[of] = at
			n.edges = append(n.edges, nil)
		}
		return at
	}
	join := func(from, to int, call *Call) { n.edges[from] = append(n.edges[from], edge{to, call}) }
	type out struct{ *Service }
	type in struct{ *Service }
	for _, s := range g.Services {
		for _, m := range s.Methods {
			at := place(m)
			if vague {
				join(at, place(out{s}), nil)
				join(place(in{s}), at, nil)
			}
		}
		if vague && len(s.Methods) == 0 {
			join(place(in{s}), place(out{s}), nil)
		}
	}
	for _, c := range g.Calls {
		switch {
		case c.exact():
			join(place(c.FromMethod), place(c.ToMethod), c)
		case vague:
			from, to := any(out{c.From}), any(in{c.To})
			if c.FromMethod != nil {
				from = c.FromMethod
			}
			if c.ToMethod != nil {
				to = c.ToMethod
			}
			join(place(from), place(to), c)
		}
	}
	return n
}

// all are the places of the network.
func (n *network) all() []int {
	places := make([]int, len(n.edges))
	for i := range places {
		places[i] = i
	}
	return places
}

// components returns the strongly connected components among some places, and of these only those with a cycle: by
// Tarjan's algorithm (https://doi.org/10.1137/0201010), in time linear in the edges. The places of each are sorted.
func (n *network) components(among []int) [][]int {
	t := &tarjan{network: n, within: n.set(among), index: make([]int, len(n.edges)), low: make([]int, len(n.edges)), stacked: make([]bool, len(n.edges))}
	for _, place := range among {
		if t.index[place] == 0 {
			t.visit(place)
		}
	}
	return t.found
}

// set is some places, to ask for each whether it is among them.
func (n *network) set(places []int) []bool {
	set := make([]bool, len(n.edges))
	for _, place := range places {
		set[place] = true
	}
	return set
}

type tarjan struct {
	*network
	within     []bool
	index, low []int // from 1; 0: not seen
	last       int
	stack      []int
	stacked    []bool
	found      [][]int
}

func (t *tarjan) visit(place int) {
	t.last++
	at := t.last
	t.index[place], t.low[place] = at, at
	t.stack, t.stacked[place] = append(t.stack, place), true
	loops := false
	for _, e := range t.edges[place] {
		if !t.within[e.to] || t.removed[e.call] {
			continue
		}
		loops = loops || e.to == place
		if t.index[e.to] == 0 {
			t.visit(e.to)
			t.low[place] = min(t.low[place], t.low[e.to])
		} else if t.stacked[e.to] {
			t.low[place] = min(t.low[place], t.index[e.to])
		}
	}
	if t.low[place] != at {
		return
	}
	begin := len(t.stack) - 1
	for t.stack[begin] != place {
		begin--
	}
	component := slices.Clone(t.stack[begin:])
	t.stack = t.stack[:begin]
	for _, member := range component {
		t.stacked[member] = false
	}
	if loops || len(component) > 1 {
		slices.Sort(component)
		t.found = append(t.found, component)
	}
}

// mostStarts bounds the places from which a short cycle is looked for, so that a large tangle costs no more than a
// small one.
const mostStarts = 64

// shortest returns the calls of a shortest cycle in a component, of all that lead through one of its first places.
func (n *network) shortest(component []int) []*Call {
	s := &search{network: n, within: n.set(component), came: make([]step, len(n.edges)), most: len(n.edges)}
	var best []*Call
	for _, start := range component[:min(len(component), mostStarts)] {
		if found := s.around(start); found != nil {
			best = found
		}
	}
	return best
}

// search looks for short cycles in a component, breadth first.
type search struct {
	*network
	within []bool
	came   []step
	round  int
	most   int // edges that a cycle may have: fewer than the shortest that was found
}

// step is how a place was reached in one round of a search.
type step struct {
	round, from, length int
	call                *Call
}

// around returns the calls of a shortest cycle through a place; nil where it is no shorter than one that was found before.
func (s *search) around(start int) []*Call {
	s.round++
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		length := 1
		if queue[0] != start {
			length += s.came[queue[0]].length
		}
		if length > s.most {
			return nil
		}
		for _, e := range s.edges[queue[0]] {
			if s.came[e.to].round == s.round || !s.within[e.to] || s.removed[e.call] {
				continue
			}
			s.came[e.to] = step{s.round, queue[0], length, e.call}
			if e.to == start {
				s.most = length - 1
				return s.back(start)
			}
			queue = append(queue, e.to)
		}
	}
	return nil
}

// back returns the calls of the cycle that was found, in their order.
func (s *search) back(start int) []*Call {
	var calls []*Call
	for at := start; ; {
		last := s.came[at]
		if last.call != nil {
			calls = append(calls, last.call)
		}
		if at = last.from; at == start {
			slices.Reverse(calls)
			return calls
		}
	}
}
