package graphlayout

import "slices"

// Bounds that keep big graphs fast.
const (
	maxPlaces   = 30_000 // of arrows between their ends
	maxSweeps   = 24
	sweepBudget = 2_000_000 // places times sweeps
	maxSwapped  = 3_000     // places, for swaps to be tried
)

// item is what takes a place in a column: a node, or an arrow that passes.
type item struct {
	node         *node // nil: an arrow
	edge         *edge // nil: a node
	column       int
	width        int
	above, below int // what it needs on both sides of its axis
	left, right  []*item
	index        int // in its column
	axis         int // y
}

// lay makes the columns, in the order of the nodes.
func (d *drawing) lay() {
	places, last := 0, 0
	for _, e := range d.edges {
		places += e.to.rank - e.from.rank - 1
	}
	d.long = places <= maxPlaces
	for _, n := range d.nodes {
		last = max(last, n.rank)
	}
	if len(d.nodes) > 0 {
		d.columns = make([][]*item, last+1)
	}
	for _, n := range d.nodes {
		n.item = &item{node: n, width: n.box.Width, above: n.box.Height / 2, below: n.box.Height - n.box.Height/2}
		n.item.above += loop * min(len(n.loops), 1)
		d.add(n.rank, n.item)
	}
	for _, e := range d.edges {
		d.thread(e)
	}
}

// thread gives an arrow its places.
func (d *drawing) thread(e *edge) {
	before := e.from.item
	if d.long {
		label := (e.from.rank+e.to.rank)/2 | 1 // boxes are in even columns where there are labels
		for rank := e.from.rank + 1; rank < e.to.rank; rank++ {
			place := &item{edge: e}
			if rank == label && e.arrow.LabelWidth > 0 {
				place.width, place.above, place.below = e.arrow.LabelWidth, e.arrow.LabelHeight, 2
			}
			d.add(rank, place)
			e.chain = append(e.chain, place)
			join(before, place)
			before = place
		}
	}
	join(before, e.to.item)
}

func (d *drawing) add(column int, i *item) {
	i.column, i.index = column, len(d.columns[column])
	d.columns[column] = append(d.columns[column], i)
}

func join(left, right *item) {
	left.right, right.left = append(left.right, right), append(right.left, left)
}

// order sorts each column by where the neighbours of its items are on average, to and fro, and keeps the order in
// which the fewest arrows cross.
func (d *drawing) order() {
	size := 1
	for _, column := range d.columns {
		size += len(column)
	}
	best, fewest := d.snapshot(), d.crossings()
	for sweep := range max(4, min(maxSweeps, sweepBudget/size)) {
		if sweep%2 == 0 {
			for c := 1; c < len(d.columns); c++ {
				d.sort(c, func(i *item) []*item { return i.left })
			}
		} else {
			for c := len(d.columns) - 2; c >= 0; c-- {
				d.sort(c, func(i *item) []*item { return i.right })
			}
		}
		if size <= maxSwapped {
			d.swap()
		}
		if crossings := d.crossings(); crossings < fewest {
			best, fewest = d.snapshot(), crossings
		}
	}
	d.columns = best
	for c := range d.columns {
		d.number(c)
	}
}

func (d *drawing) snapshot() [][]*item {
	copied := make([][]*item, len(d.columns))
	for i, column := range d.columns {
		copied[i] = slices.Clone(column)
	}
	return copied
}

func (d *drawing) number(column int) {
	for i, item := range d.columns[column] {
		item.index = i
	}
}

// sort sorts a column by its neighbours on one side. What has none there stays near its index.
func (d *drawing) sort(column int, side func(*item) []*item) {
	type weighed struct {
		item       *item
		sum, count int
	}
	list := make([]weighed, len(d.columns[column]))
	for i, it := range d.columns[column] {
		w := weighed{item: it, sum: it.index, count: 1}
		if neighbours := side(it); len(neighbours) > 0 {
			w.sum, w.count = 0, len(neighbours)
			for _, n := range neighbours {
				w.sum += n.index
			}
		}
		list[i] = w
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return a.sum*b.count - b.sum*a.count })
	for i, w := range list {
		d.columns[column][i] = w.item
	}
	d.number(column)
}

// swap exchanges items that are one above the other where that saves crossings, which averages alone do not see.
func (d *drawing) swap() {
	for better := true; better; {
		better = false
		for _, column := range d.columns {
			for i := 0; i+1 < len(column); i++ {
				upper, lower := column[i], column[i+1]
				if saved(upper.left, lower.left)+saved(upper.right, lower.right) > 0 {
					column[i], column[i+1] = lower, upper
					upper.index, lower.index = i+1, i
					better = true
				}
			}
		}
	}
}

// saved is how many crossings less there are on one side of two items when they are exchanged, whose neighbours there
// these are.
func saved(upper, lower []*item) int {
	saved := 0
	for _, u := range upper {
		for _, l := range lower {
			switch {
			case u.index > l.index:
				saved++
			case u.index < l.index:
				saved--
			}
		}
	}
	return saved
}

// crossings counts the pairs of arrows that cross between neighbouring columns. Arrows over several columns that have
// no places in between are left out.
func (d *drawing) crossings() int {
	total := 0
	for c := 0; c+1 < len(d.columns); c++ {
		d.number(c)
		d.number(c + 1)
		ends := make(ends, len(d.columns[c+1])+1)
		for _, from := range d.columns[c] {
			for _, to := range from.right {
				if to.column == c+1 {
					total += ends.below(to.index)
				}
			}
			for _, to := range from.right {
				if to.column == c+1 {
					ends.add(to.index)
				}
			}
		}
	}
	return total
}

// ends is Fenwick's tree: it counts the ends of arrows by the index of their items.
type ends []int

func (e ends) add(index int) {
	for i := len(e) - 1 - index; i < len(e); i += i & -i {
		e[i]++
	}
}

// below counts those at greater indexes.
func (e ends) below(index int) int {
	count := 0
	for i := len(e) - 2 - index; i > 0; i -= i & -i {
		count += e[i]
	}
	return count
}
