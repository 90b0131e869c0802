// Package graphlayout places boxes in columns, so that arrows go from left to right as far as they can, and lays the arrows
// between them. It is Sugiyama's method: arrows that close a cycle are turned round, each box gets the column of the
// longest path to it, an arrow over several columns gets a place of its own in each, places are ordered so that few
// arrows cross, and then moved up and down until arrows are straight.
//
// Everything is whole numbers and lists in order: the same graph has the same layout on every machine.
package graphlayout

// Graph is boxes and arrows between them.
type Graph struct {
	Boxes  []*Box
	Arrows []*Arrow

	Width, Height int // set by Arrange
}

// Box is placed.
type Box struct {
	Width, Height int

	X, Y int // of the upper left corner; set by Arrange
}

// Arrow goes from one box to another, or to the same.
type Arrow struct {
	From, To                *Box
	Weak                    bool // is turned round rather than another one where a cycle is to be broken
	LabelWidth, LabelHeight int  // 0: it has no label

	// Route begins at the side of From and ends at the side of To; set by Arrange. Between points 0 and 1, 2 and 3, and
	// so on it is straight, and level but for the loops of an arrow from a box to itself; in between it may be curved.
	Route []Point
	// Label is the upper left corner of the label, right above the route; set by Arrange.
	Label Point
}

// Point is a place, in pixels from the upper left.
type Point struct{ X, Y int }

// The distances between things, in pixels.
const (
	margin    = 24
	boxGap    = 26 // between boxes one above the other
	arrowGap  = 14
	columnGap = 44
	loop      = 22 // the height of an arrow from a box to itself
)

// Arrange places all.
func (g *Graph) Arrange() {
	d := newDrawing(g)
	d.turn()
	d.rank()
	d.lay()
	d.order()
	d.level()
	d.place()
	d.route()
	d.tile()
}

// drawing is a layout on its way.
type drawing struct {
	graph   *Graph
	nodes   []*node
	edges   []*edge   // without loops
	columns [][]*item // from left to right, each from the top down
	long    bool      // arrows over several columns have a place in each
	spans   [][2]int  // where each column begins and ends
}

// node is a box that an arrow touches.
type node struct {
	box     *Box
	out, in []*edge // after turn: to the right, from the left
	rank    int
	item    *item
	loops   []*Arrow
}

// edge is an arrow, from left to right.
type edge struct {
	arrow    *Arrow
	from, to *node
	turned   bool    // the arrow's head is at from
	chain    []*item // its places between from and to
}

func newDrawing(g *Graph) *drawing {
	d := &drawing{graph: g}
	of := map[*Box]*node{}
	for _, b := range g.Boxes {
		of[b] = &node{box: b}
	}
	touched := map[*Box]bool{}
	for _, a := range g.Arrows {
		touched[a.From], touched[a.To] = true, true
		if a.From == a.To {
			of[a.From].loops = append(of[a.From].loops, a)
			continue
		}
		d.edges = append(d.edges, &edge{arrow: a, from: of[a.From], to: of[a.To]})
	}
	for _, b := range g.Boxes {
		if touched[b] {
			d.nodes = append(d.nodes, of[b])
		}
	}
	return d
}
