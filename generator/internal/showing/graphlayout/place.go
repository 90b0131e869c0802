package graphlayout

import (
	"math"
	"slices"
)

// level gives each item its height in the picture: as near as the order allows to where its neighbours are.
func (d *drawing) level() {
	left, right := func(i *item) []*item { return i.left }, func(i *item) []*item { return i.right }
	for _, column := range d.columns {
		for i, it := range column[min(1, len(column)):] {
			it.axis = column[i].axis + between(column[i], it)
		}
	}
	const rounds = 8
	for range rounds {
		for c := 1; c < len(d.columns); c++ {
			settle(d.columns[c], left)
		}
		for c := len(d.columns) - 2; c >= 0; c-- {
			settle(d.columns[c], right)
		}
	}
	for _, column := range d.columns {
		settle(column, func(i *item) []*item { return slices.Concat(i.left, i.right) })
	}
	d.trim()
}

// trim moves all up or down to the margin.
func (d *drawing) trim() {
	top := math.MaxInt
	for _, column := range d.columns {
		if len(column) > 0 {
			top = min(top, column[0].axis-column[0].above)
		}
	}
	for _, column := range d.columns {
		for _, it := range column {
			it.axis += margin - top
		}
	}
}

// between is how far the axes of two items are apart at least, the one right above the other.
func between(upper, lower *item) int {
	gap := arrowGap
	if upper.node != nil && lower.node != nil {
		gap = boxGap
	}
	return upper.below + gap + lower.above
}

// settle moves a column's items to the mean of their neighbours, and apart again where they come too near: the least
// squares that keep order and distances, found by pooling neighbours that would violate them.
func settle(column []*item, side func(*item) []*item) {
	type pool struct{ sum, weight, size int }
	var pools []pool
	offset := 0
	offsets := make([]int, len(column))
	for i, it := range column {
		if i > 0 {
			offset += between(column[i-1], it)
		}
		offsets[i] = offset
		axis, weight := wish(it, side(it))
		pools = append(pools, pool{(axis - offset) * weight, weight, 1})
		for n := len(pools); n > 1 && pools[n-2].sum*pools[n-1].weight >= pools[n-1].sum*pools[n-2].weight; n = len(pools) {
			upper, lower := pools[n-2], pools[n-1]
			pools = append(pools[:n-2], pool{upper.sum + lower.sum, upper.weight + lower.weight, upper.size + lower.size})
		}
	}
	i := 0
	for _, p := range pools {
		for range p.size {
			column[i].axis = floor(p.sum, p.weight) + offsets[i]
			i++
		}
	}
}

// floor rounds down below zero too, so that the order of quotients is the order of results.
func floor(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// wish is where an item would like to be, and how much. Bends in the middle of an arrow are the worst to look at.
func wish(it *item, neighbours []*item) (axis, weight int) {
	if len(neighbours) == 0 {
		return it.axis, 1
	}
	sum, total := 0, 0
	for _, n := range neighbours {
		w := 1
		if it.edge != nil && n.edge != nil {
			w = 4
		}
		sum += w * n.axis
		total += w
	}
	return floor(sum, total), total
}

// place gives boxes and labels their corners, from left to right.
func (d *drawing) place() {
	x := margin
	for _, column := range d.columns {
		width := 0
		for _, it := range column {
			width = max(width, it.width)
		}
		for _, it := range column {
			if it.node != nil {
				it.node.box.X, it.node.box.Y = x+(width-it.width)/2, it.axis-it.node.box.Height/2
			} else if it.width > 0 {
				it.edge.arrow.Label = Point{x + (width-it.width)/2, it.axis - it.above}
			}
			d.graph.Height = max(d.graph.Height, it.axis+it.below+margin)
		}
		d.spans = append(d.spans, [2]int{x, x + width})
		x += width + d.gap(column)
	}
	if n := len(d.spans); n > 0 {
		d.graph.Width = d.spans[n-1][1] + margin
	}
}

// gap is wider where many arrows have to climb.
func (d *drawing) gap(column []*item) int {
	climb := 0
	for _, it := range column {
		for _, to := range it.right {
			climb = max(climb, it.axis-to.axis, to.axis-it.axis)
		}
	}
	return columnGap + min(climb/5, 4*columnGap)
}

// tile puts the boxes that no arrow touches below the others, in rows.
func (d *drawing) tile() {
	touched := map[*Box]bool{}
	for _, n := range d.nodes {
		touched[n.box] = true
	}
	width := max(d.graph.Width-margin, 900)
	x, y, row := margin, max(d.graph.Height, margin), 0
	for _, b := range d.graph.Boxes {
		if touched[b] {
			continue
		}
		if x > margin && x+b.Width > width {
			x, y, row = margin, y+row+boxGap, 0
		}
		b.X, b.Y = x, y
		x += b.Width + boxGap
		row = max(row, b.Height)
		d.graph.Width, d.graph.Height = max(d.graph.Width, x-boxGap+margin), max(d.graph.Height, y+row+margin)
	}
}
