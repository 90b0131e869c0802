package graphlayout

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCrossings holds the count to a slow one that looks at every pair.
func TestCrossings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		g := &Graph{}
		for range 30 {
			g.Boxes = append(g.Boxes, &Box{Width: 10, Height: 10})
		}
		for range 60 {
			from, to := r.IntN(30), r.IntN(30)
			g.Arrows = append(g.Arrows, &Arrow{From: g.Boxes[min(from, to)], To: g.Boxes[max(from, to)]})
		}
		d := newDrawing(g)
		d.turn()
		d.rank()
		d.lay()
		assert.Equal(t, slow(d), d.crossings())
		before := d.crossings()
		d.swap()
		assert.Less(t, d.crossings(), before)
	}
}

func slow(d *drawing) int {
	count := 0
	for _, column := range d.columns {
		for i, upper := range column {
			for _, lower := range column[i+1:] {
				for _, u := range upper.right {
					for _, l := range lower.right {
						if u.index > l.index {
							count++
						}
					}
				}
			}
		}
	}
	return count
}
