package merge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// Lines merges by lines. As in git, changes that touch are a conflict even where they do not overlap.
func Lines(base, mine, theirs []byte) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	m := newLineMerge(string(base), string(mine), string(theirs))
	return m.merge(exact).result()
}

// rule says when two lines are the same and when two changes are in each other's way.
type rule int

const (
	// exact is git's rule.
	exact rule = iota
	// loose takes lines that differ in white space alone for the same, and keeps mine; changes conflict only where they
	// overlap. It is for lines whose order says enough: the elements of a literal, which gofmt aligns anew when one
	// comes in beside them.
	loose
)

// lineMerge is three texts by line, each line with its end.
type lineMerge struct{ base, mine, theirs []string }

func newLineMerge(base, mine, theirs string) lineMerge {
	return lineMerge{splitLines(base), splitLines(mine), splitLines(theirs)}
}

func splitLines(text string) []string { return slices.Collect(strings.Lines(text)) }

// hunk is a change: side[from:to] stands for base[start:end].
type hunk struct {
	lcs.Diff

	mine bool
}

func (m lineMerge) hunks(r rule) []hunk {
	base := r.keys(m.base)
	var hunks []hunk
	for _, d := range lcs.DiffLines(base, r.keys(m.mine)) {
		hunks = append(hunks, hunk{d, true})
	}
	for _, d := range lcs.DiffLines(base, r.keys(m.theirs)) {
		hunks = append(hunks, hunk{d, false})
	}
	slices.SortStableFunc(hunks, func(a, b hunk) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return hunks
}

// keys are the lines as they are compared.
func (r rule) keys(lines []string) []string {
	if r == exact {
		return lines
	}
	keys := make([]string, len(lines))
	for i, line := range lines {
		keys[i] = strings.Join(strings.Fields(line), " ")
	}
	return keys
}

// meet reports whether a hunk is in the way of those before it, which cover base[start:end].
func (r rule) meet(start, end int, h hunk) bool {
	switch {
	case r == exact:
		return h.Start <= end
	case start == end && h.Start == h.End: // two insertions
		return h.Start == start
	default:
		return h.Start < end
	}
}

// chunk is a stretch of the merged text: lines, or a conflict.
type chunk struct {
	lines []string

	conflict           bool
	mine, base, theirs []string
	at                 int // line of mine at which a conflict begins, from 0
}

type chunks []chunk

// merge walks through the base from hunk to hunk. In and out are how far it has come in the two sides.
func (m lineMerge) merge(r rule) chunks {
	hunks := m.hunks(r)
	var out chunks
	var at, inMine, inTheirs int // how far the walk has come in the three texts
	for len(hunks) > 0 {
		n, start, end := group(r, hunks)
		same := start - at
		out = append(out, chunk{lines: m.agreed(at, inMine, inTheirs, same)})
		inMine, inTheirs = inMine+same, inTheirs+same
		toMine, toTheirs := grown(hunks[:n], true)+end-start, grown(hunks[:n], false)+end-start
		c := chunk{
			mine: m.mine[inMine : inMine+toMine], base: m.base[start:end], theirs: m.theirs[inTheirs : inTheirs+toTheirs],
			at: inMine,
		}
		out = append(out, c.decided(r))
		at, inMine, inTheirs = end, inMine+toMine, inTheirs+toTheirs
		hunks = hunks[n:]
	}
	return append(out, chunk{lines: m.agreed(at, inMine, inTheirs, len(m.base)-at)})
}

// group counts the hunks at the front that are in each other's way, and says which part of the base they cover.
func group(r rule, hunks []hunk) (n, start, end int) {
	start, end = hunks[0].Start, hunks[0].End
	for n = 1; n < len(hunks) && r.meet(start, end, hunks[n]); n++ {
		end = max(end, hunks[n].End)
	}
	return n, start, end
}

// grown is by how many lines a side is longer than the base within the hunks.
func grown(hunks []hunk, mine bool) int {
	n := 0
	for _, h := range hunks {
		if h.mine == mine {
			n += (h.ReplEnd - h.ReplStart) - (h.End - h.Start)
		}
	}
	return n
}

// agreed is n lines that are the same in all three texts: to the letter, or to the rule. Who has changed the letter
// has it.
func (m lineMerge) agreed(base, mine, theirs, n int) []string {
	lines := make([]string, n)
	for i := range n {
		lines[i] = m.mine[mine+i]
		if lines[i] == m.base[base+i] {
			lines[i] = m.theirs[theirs+i]
		}
	}
	return lines
}

// decided makes a conflict of a chunk whose two sides have both changed, and differ.
func (c chunk) decided(r rule) chunk {
	mine, base, theirs := r.keys(c.mine), r.keys(c.base), r.keys(c.theirs)
	switch {
	case slices.Equal(base, theirs), slices.Equal(mine, theirs):
		c.lines = c.mine
	case slices.Equal(base, mine):
		c.lines = c.theirs
	default:
		c.conflict = true
	}
	return c
}

// clean reports whether no chunk is a conflict.
func (cs chunks) clean() bool {
	return !slices.ContainsFunc(cs, func(c chunk) bool { return c.conflict })
}

func (cs chunks) result() Result {
	var text strings.Builder
	var conflicts []int
	for _, c := range cs {
		if c.conflict {
			conflicts = append(conflicts, c.at+1)
		}
		c.write(&text)
	}
	return Result{Content: []byte(text.String()), Conflicts: conflicts}
}
