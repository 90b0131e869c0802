package graphlayout_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/showing/graphlayout"
)

// random is a graph of boxes of many sizes. Without cycles, arrows go to later boxes only.
func random(seed uint64, boxes, arrows int, labels, cycles bool) *graphlayout.Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	g := &graphlayout.Graph{}
	for range boxes {
		g.Boxes = append(g.Boxes, &graphlayout.Box{Width: 40 + r.IntN(160), Height: 20 + r.IntN(60)})
	}
	for range arrows {
		from, to := r.IntN(boxes), r.IntN(boxes)
		if !cycles {
			if from == to {
				continue
			}
			from, to = min(from, to), max(from, to)
		}
		a := &graphlayout.Arrow{From: g.Boxes[from], To: g.Boxes[to], Weak: cycles && r.IntN(4) == 0}
		if labels && r.IntN(5) > 0 {
			a.LabelWidth, a.LabelHeight = 20+r.IntN(200), 10+r.IntN(40)
		}
		g.Arrows = append(g.Arrows, a)
	}
	return g
}

// rectangle is the corners of what is drawn.
type rectangle struct{ left, top, right, bottom int }

func boxOf(b *graphlayout.Box) rectangle { return rectangle{b.X, b.Y, b.X + b.Width, b.Y + b.Height} }

func labelOf(a *graphlayout.Arrow) rectangle {
	return rectangle{a.Label.X, a.Label.Y, a.Label.X + a.LabelWidth, a.Label.Y + a.LabelHeight}
}

func (r rectangle) overlaps(o rectangle) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

func (r rectangle) holds(p graphlayout.Point) bool {
	return r.left < p.X && p.X < r.right && r.top < p.Y && p.Y < r.bottom
}

// curve are points along a route, drawn as svg draws it: level between points 0 and 1, 2 and 3, and so on, and in between
// an S whose ends are level.
func curve(route []graphlayout.Point) []graphlayout.Point {
	var points []graphlayout.Point
	for i := 0; i+1 < len(route); i++ {
		a, b := route[i], route[i+1]
		for step := range 17 {
			s := float64(step) / 16
			y := s
			if i%2 == 1 {
				y = 3*s*s - 2*s*s*s
			}
			points = append(points, graphlayout.Point{X: a.X + int(s*float64(b.X-a.X)), Y: a.Y + int(y*float64(b.Y-a.Y))})
		}
	}
	return points
}

func graphs(t *testing.T, check func(t *testing.T, g *graphlayout.Graph)) {
	for _, labels := range []bool{false, true} {
		for _, cycles := range []bool{false, true} {
			for seed := range uint64(60) {
				size := 1 + int(seed)
				t.Run(fmt.Sprintf("labels=%t cycles=%t size=%d", labels, cycles, size), func(t *testing.T) {
					g := random(seed, size, int(seed*seed)%(3*size), labels, cycles)
					g.Arrange()
					check(t, g)
				})
			}
		}
	}
}

func TestNothingOverlaps(t *testing.T) {
	graphs(t, func(t *testing.T, g *graphlayout.Graph) {
		var all []rectangle
		for _, b := range g.Boxes {
			all = append(all, boxOf(b))
		}
		for _, a := range g.Arrows {
			if a.LabelWidth > 0 && a.From != a.To {
				all = append(all, labelOf(a))
			}
		}
		for i, one := range all {
			assert.True(t, one.left > 0 && one.top > 0 && one.right < g.Width && one.bottom < g.Height, "%v is outside of %d x %d", one, g.Width, g.Height)
			for _, other := range all[:i] {
				if one.overlaps(other) {
					t.Errorf("%v is over %v", one, other)
				}
			}
		}
	})
}

func TestArrowsTouchTheirBoxesAndNoOthers(t *testing.T) {
	graphs(t, func(t *testing.T, g *graphlayout.Graph) {
		for _, a := range g.Arrows {
			require.GreaterOrEqual(t, len(a.Route), 4)
			assert.Zero(t, len(a.Route)%2)
			first, last := a.Route[0], a.Route[len(a.Route)-1]
			assert.True(t, onEdge(boxOf(a.From), first), "%v begins at %v", boxOf(a.From), first)
			assert.True(t, onEdge(boxOf(a.To), last), "%v ends at %v", boxOf(a.To), last)
			for _, p := range curve(a.Route) {
				for _, b := range g.Boxes {
					if boxOf(b).holds(p) {
						t.Errorf("%v runs through %v at %v", a.Route, boxOf(b), p)
					}
				}
			}
		}
	})
}

func onEdge(r rectangle, p graphlayout.Point) bool {
	inside := r.left <= p.X && p.X <= r.right && r.top <= p.Y && p.Y <= r.bottom
	return inside && (p.X == r.left || p.X == r.right || p.Y == r.top || p.Y == r.bottom)
}

func TestArrowsGoToTheRightWhereNothingIsCyclic(t *testing.T) {
	graphs(t, func(t *testing.T, g *graphlayout.Graph) {
		strong := &graphlayout.Graph{Boxes: g.Boxes}
		for _, a := range g.Arrows {
			if !a.Weak {
				strong.Arrows = append(strong.Arrows, a)
			}
		}
		if cyclic(strong) {
			return // some have to go back, and the next test says which
		}
		for _, a := range strong.Arrows {
			assert.Less(t, a.From.X+a.From.Width, a.To.X, "weak arrows turn no strong ones")
		}
	})
}

// cyclic removes boxes to which no arrow leads for as long as there are any.
func cyclic(g *graphlayout.Graph) bool {
	left := g.Arrows
	for {
		entered := map[*graphlayout.Box]bool{}
		for _, a := range left {
			entered[a.To] = true
		}
		var rest []*graphlayout.Arrow
		for _, a := range left {
			if entered[a.From] {
				rest = append(rest, a)
			}
		}
		if len(rest) == len(left) {
			return len(left) > 0
		}
		left = rest
	}
}

func TestOneArrowOfACycleGoesBack(t *testing.T) {
	box := func() *graphlayout.Box { return &graphlayout.Box{Width: 50, Height: 20} }
	a, b, c := box(), box(), box()
	g := &graphlayout.Graph{Boxes: []*graphlayout.Box{c, b, a}, Arrows: []*graphlayout.Arrow{
		{From: b, To: c, Weak: true}, {From: a, To: b}, {From: c, To: a},
	}}
	g.Arrange()
	assert.Less(t, c.X, a.X)
	assert.Less(t, a.X, b.X)
	back := g.Arrows[0].Route
	assert.Equal(t, b.X, back[0].X, "it leaves on the left")
	assert.Equal(t, c.X+c.Width, back[len(back)-1].X, "and arrives from the right")
}

func TestAPathIsStraight(t *testing.T) {
	g := &graphlayout.Graph{}
	for range 5 {
		g.Boxes = append(g.Boxes, &graphlayout.Box{Width: 50, Height: 20})
	}
	for i := range 4 {
		g.Arrows = append(g.Arrows, &graphlayout.Arrow{From: g.Boxes[i], To: g.Boxes[i+1], LabelWidth: 20, LabelHeight: 10})
	}
	g.Arrange()
	for _, a := range g.Arrows {
		for _, p := range a.Route {
			assert.Equal(t, g.Arrows[0].Route[0].Y, p.Y)
		}
	}
}

// TestCrossingsAreSortedOut draws two rows that are connected head over heels.
func TestCrossingsAreSortedOut(t *testing.T) {
	g := &graphlayout.Graph{}
	for range 20 {
		g.Boxes = append(g.Boxes, &graphlayout.Box{Width: 50, Height: 20})
	}
	for i := range 10 {
		g.Arrows = append(g.Arrows, &graphlayout.Arrow{From: g.Boxes[i], To: g.Boxes[19-i]})
	}
	g.Arrange()
	for i := range 10 {
		for j := range i {
			assert.Equal(t, g.Boxes[i].Y < g.Boxes[j].Y, g.Boxes[19-i].Y < g.Boxes[19-j].Y, "%d and %d", i, j)
		}
	}
}

func TestSameGraphSameLayout(t *testing.T) {
	one, other := random(7, 50, 150, true, true), random(7, 50, 150, true, true)
	one.Arrange()
	other.Arrange()
	assert.Equal(t, one, other)
}

// BenchmarkArrange is how long big systems take: 0.25 s and 0.6 s on two cores.
func BenchmarkArrange(b *testing.B) {
	for _, size := range []struct{ boxes, arrows int }{{200, 600}, {1000, 10_000}} {
		b.Run(fmt.Sprintf("%d boxes and %d arrows", size.boxes, size.arrows), func(b *testing.B) {
			for b.Loop() {
				random(1, size.boxes, size.arrows, false, true).Arrange()
			}
		})
	}
}
