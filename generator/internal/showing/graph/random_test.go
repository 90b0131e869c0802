package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// random is a graph of services with some methods each, and calls between them of which a share is vague.
func random(rnd *rand.Rand, services, methods, calls int, vague float64, onlyForward bool) *graph.Graph {
	g := &graph.Graph{}
	for i := range services {
		s := &graph.Service{Name: fmt.Sprintf("s%d", i), Replicas: 1}
		for j := range methods {
			s.Methods = append(s.Methods, &graph.Method{Service: s, Name: fmt.Sprintf("M%d", j), Unary: true, Idempotent: true, Empty: rnd.IntN(3) == 0})
		}
		g.Services = append(g.Services, s)
	}
	for i := range calls {
		from, to := rnd.IntN(services), rnd.IntN(services)
		if onlyForward {
			if from = rnd.IntN(services - 1); to <= from {
				to = from + 1 + rnd.IntN(services-from-1)
			}
		}
		c := &graph.Call{From: g.Services[from], To: g.Services[to], Attempts: 1 + rnd.IntN(3), At: diag.Position{File: "f", Line: i + 1}}
		if rnd.Float64() >= vague {
			c.FromMethod, c.ToMethod = c.From.Methods[rnd.IntN(methods)], c.To.Methods[rnd.IntN(methods)]
		}
		g.Calls = append(g.Calls, c)
	}
	return g
}

// TestCyclesOfRandomGraphs holds the cycle finder to a slow reference, which follows every path.
func TestCyclesOfRandomGraphs(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 2026))
	cyclic := 0
	for n := range 3000 {
		g := random(rnd, 1+rnd.IntN(4), 1+rnd.IntN(2), rnd.IntN(9), float64(rnd.IntN(3))/2, false)
		cycles := g.Cycles()
		for _, c := range g.Calls {
			require.Equal(t, onCycle(g, c, nil), c.Cyclic, "graph %d, %s", n, c)
		}
		cut := map[*graph.Call]bool{}
		for _, cycle := range cycles {
			requireCycle(t, cycle)
			require.Contains(t, cycle.Calls, cycle.Cut)
			require.False(t, cut[cycle.Cut], "each call is cut once")
			cut[cycle.Cut] = true
		}
		for _, c := range g.Calls {
			require.False(t, !cut[c] && onCycle(g, c, cut), "graph %d: %s is on a cycle although all that were found are cut", n, c)
		}
		if len(cycles) > 0 {
			cyclic++
		}
	}
	require.Greater(t, cyclic, 500)
	require.Less(t, cyclic, 2500)
}

// onCycle reports whether a path leads from the end of a call to its beginning, trying all that meet no call twice.
func onCycle(g *graph.Graph, c *graph.Call, cut map[*graph.Call]bool) bool {
	used := map[*graph.Call]bool{}
	var reaches func(from *graph.Call) bool
	reaches = func(from *graph.Call) bool {
		if follows(from, c) {
			return true
		}
		for _, next := range g.Calls {
			if !used[next] && !cut[next] && follows(from, next) {
				used[next] = true
				if reaches(next) {
					return true
				}
			}
		}
		return false
	}
	return reaches(c)
}

// follows reports whether the method that one call reaches may be the one that makes the other.
func follows(first, then *graph.Call) bool {
	if first.To != then.From {
		return false
	}
	return first.ToMethod == nil || then.FromMethod == nil || first.ToMethod == then.FromMethod
}

// requireCycle holds a cycle to what it says: each call follows the one before it, and none is there twice.
func requireCycle(t *testing.T, cycle graph.Cycle) {
	t.Helper()
	require.NotEmpty(t, cycle.Calls)
	seen, vague := map[*graph.Call]bool{}, false
	last := cycle.Calls[len(cycle.Calls)-1]
	for _, c := range cycle.Calls {
		require.False(t, seen[c])
		require.True(t, follows(last, c), "%s, then %s", last, c)
		seen[c], last = true, c
		vague = vague || c.FromMethod == nil
	}
	require.Equal(t, vague, cycle.Possible)
}

// TestAmplificationOfRandomGraphs holds the products of attempts to a slow reference, which multiplies along every path.
func TestAmplificationOfRandomGraphs(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 2027))
	found := 0
	for n := range 1000 {
		g := random(rnd, 2+rnd.IntN(5), 1+rnd.IntN(2), rnd.IntN(15), 0, true)
		var got []int
		for _, f := range g.Check() {
			if f.Check == graph.CheckAmplification {
				got = append(got, f.Line)
			}
		}
		var want []int
		for _, c := range g.Calls {
			if before := mostBefore(g, c); before <= 9 && before*c.Attempts > 9 {
				want = append(want, c.At.Line)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, want, got, "graph %d", n)
		found += len(got)
	}
	require.Greater(t, found, 100)
}

// mostBefore is how often one request may reach the method that makes a call, along the worst of all paths.
func mostBefore(g *graph.Graph, c *graph.Call) int {
	most := 1
	for _, above := range g.Calls {
		if follows(above, c) {
			most = max(most, mostBefore(g, above)*above.Attempts)
		}
	}
	return most
}

// BenchmarkCheck checks 1,000 services with 10,000 calls: in layers, as systems are, and as one tangle, as none should be.
func BenchmarkCheck(b *testing.B) {
	for name, forward := range map[string]bool{"layers": true, "tangle": false} {
		for _, vague := range []float64{0, 0.1} {
			b.Run(fmt.Sprintf("%s/vague=%v", name, vague), func(b *testing.B) {
				g := random(rand.New(rand.NewPCG(1, 2)), 1000, 5, 10000, vague, forward)
				for b.Loop() {
					g.Check()
				}
				b.ReportMetric(float64(len(g.Check())), "findings")
			})
		}
	}
}
