package graphlayout

import "slices"

// turn turns arrows round until there is no cycle: of the strong ones those that lead back to where a walk came from,
// and then each weak one that would close a cycle.
func (d *drawing) turn() {
	for _, e := range d.edges {
		if !e.arrow.Weak {
			e.from.out, e.to.in = append(e.from.out, e), append(e.to.in, e)
		}
	}
	d.walk()
	d.connect(func(e *edge) bool { return !e.arrow.Weak })
	for _, e := range d.edges {
		if !e.arrow.Weak {
			continue
		}
		if reaches(e.to, e.from, map[*node]bool{}) {
			e.from, e.to, e.turned = e.to, e.from, true
		}
		e.from.out, e.to.in = append(e.from.out, e), append(e.to.in, e)
	}
	d.connect(func(*edge) bool { return true })
}

// connect makes the nodes' lists anew.
func (d *drawing) connect(taken func(*edge) bool) {
	for _, n := range d.nodes {
		n.out, n.in = nil, nil
	}
	for _, e := range d.edges {
		if taken(e) {
			e.from.out, e.to.in = append(e.from.out, e), append(e.to.in, e)
		}
	}
}

// walk goes depth first, from where nothing arrives before anywhere else, and turns what leads back.
func (d *drawing) walk() {
	const onPath, done = 1, 2
	state := map[*node]int{}
	var visit func(*node)
	visit = func(n *node) {
		state[n] = onPath
		for _, e := range n.out {
			switch state[e.to] {
			case onPath:
				e.turned = true
			case 0:
				visit(e.to)
			}
		}
		state[n] = done
	}
	for _, first := range []bool{true, false} {
		for _, n := range d.nodes {
			if state[n] == 0 && (!first || len(n.in) == 0) {
				visit(n)
			}
		}
	}
	for _, e := range d.edges {
		if e.turned {
			e.from, e.to = e.to, e.from
		}
	}
}

func reaches(from, to *node, seen map[*node]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	for _, e := range from.out {
		if !seen[e.to] && reaches(e.to, to, seen) {
			return true
		}
	}
	return false
}

// rank gives each node the column of the longest path to it, and then moves those to the right from which more
// arrows leave than arrive. With labels, arrows span two columns, and the one in between is for the labels.
func (d *drawing) rank() {
	span := 1
	for _, e := range d.edges {
		if e.arrow.LabelWidth > 0 {
			span = 2
		}
	}
	sorted := d.sorted()
	for _, n := range sorted {
		for _, e := range n.out {
			e.to.rank = max(e.to.rank, n.rank+span)
		}
	}
	for _, n := range slices.Backward(sorted) {
		if len(n.out) <= len(n.in) {
			continue
		}
		nearest := n.out[0].to.rank
		for _, e := range n.out {
			nearest = min(nearest, e.to.rank)
		}
		n.rank = nearest - span
	}
}

// sorted are the nodes, each after all from which an arrow leads to it.
func (d *drawing) sorted() []*node {
	waits := map[*node]int{}
	var ready []*node
	for _, n := range d.nodes {
		waits[n] = len(n.in)
		if waits[n] == 0 {
			ready = append(ready, n)
		}
	}
	for i := 0; i < len(ready); i++ {
		for _, e := range ready[i].out {
			if waits[e.to]--; waits[e.to] == 0 {
				ready = append(ready, e.to)
			}
		}
	}
	return ready
}
