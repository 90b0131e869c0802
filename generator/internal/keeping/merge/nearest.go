package merge

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Nearest is the text from which mine has most likely come, of one or more.
func Nearest(mine []byte, bases [][]byte) []byte {
	mine = checkout.LF(mine)
	best := bases[0]
	for _, base := range bases[1:] {
		if distance(mine, base) < distance(mine, best) {
			best = base
		}
	}
	return best
}

// Joined adds the texts with the lines of two bases. After a merge of two branches, msgen has written one text on each, and the
// user's file may have the lines of one branch or of both.
func Joined(bases [][]byte) [][]byte {
	out := slices.Clone(bases)
	for i, a := range bases {
		for j, b := range bases {
			if i != j {
				out = append(out, join(a, b))
			}
		}
	}
	return out
}

// join is two texts in one: where they differ, the lines of a stand first.
func join(a, b []byte) []byte {
	left, right := splitLines(string(a)), splitLines(string(b))
	var out bytes.Buffer
	at := 0
	for _, d := range lcs.DiffLines(left, right) {
		out.WriteString(strings.Join(left[at:d.End], ""))
		out.WriteString(strings.Join(right[d.ReplStart:d.ReplEnd], ""))
		at = d.End
	}
	out.WriteString(strings.Join(left[at:], ""))
	return out.Bytes()
}

// distance is how many lines it takes to make one text of another.
func distance(a, b []byte) int {
	n := 0
	for _, d := range lcs.DiffLines(splitLines(string(a)), splitLines(string(b))) {
		n += d.End - d.Start + d.ReplEnd - d.ReplStart
	}
	return n
}
