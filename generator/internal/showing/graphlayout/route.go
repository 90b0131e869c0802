package graphlayout

import "slices"

// route lays the arrows: along the axes of their places, and from and to points that are spread over the sides of
// the boxes in the order in which the arrows come in, so that none cross right there.
func (d *drawing) route() {
	begin, end := map[*edge]int{}, map[*edge]int{}
	for _, n := range d.nodes {
		ports(n, n.out, begin, func(e *edge) *item { return e.next() })
		ports(n, n.in, end, func(e *edge) *item { return e.previous() })
		for i, a := range n.loops {
			a.Route = loopOf(n.box, i, len(n.loops))
			a.Label = Point{a.Route[0].X, n.box.Y - loop - a.LabelHeight}
		}
	}
	for _, e := range d.edges {
		from, to := e.from.box, e.to.box
		points := []Point{{from.X + from.Width, begin[e]}, {d.spans[e.from.rank][1], begin[e]}}
		for _, place := range e.chain {
			span := d.spans[place.column]
			points = append(points, Point{span[0], place.axis}, Point{span[1], place.axis})
		}
		points = append(points, Point{d.spans[e.to.rank][0], end[e]}, Point{to.X, end[e]})
		if e.turned {
			slices.Reverse(points)
		}
		e.arrow.Route = points
	}
}

// next and previous are what an arrow comes to after its first box and before its last one.
func (e *edge) next() *item {
	if len(e.chain) > 0 {
		return e.chain[0]
	}
	return e.to.item
}

func (e *edge) previous() *item {
	if len(e.chain) > 0 {
		return e.chain[len(e.chain)-1]
	}
	return e.from.item
}

// ports spreads edges over a side of a node's box.
func ports(n *node, edges []*edge, at map[*edge]int, other func(*edge) *item) {
	sorted := slices.Clone(edges)
	slices.SortStableFunc(sorted, func(a, b *edge) int { return other(a).axis - other(b).axis })
	for i, e := range sorted {
		at[e] = n.box.Y + n.box.Height*(i+1)/(len(sorted)+1)
	}
}

// loopOf goes over the top of a box.
func loopOf(b *Box, i, of int) []Point {
	x, reach := b.X+b.Width*(i+1)/(of+1), min(14, b.Width/(2*of+2))
	return []Point{{x - reach, b.Y}, {x - reach, b.Y - loop/2}, {x + reach, b.Y - loop/2}, {x + reach, b.Y}}
}
