// Package nearest finds the name that somebody most likely meant.
package nearest

import "fmt"

// DidYouMean is the advice `did you mean "x"?` for the candidate that is nearest to name, or empty when none is near.
func DidYouMean(name string, candidates []string) string {
	if best, ok := Of(name, candidates); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return ""
}

// Of returns the first candidate with the smallest distance to name. It is false when even that differs in more than
// a third of its letters, where a suggestion would mislead.
func Of(name string, candidates []string) (string, bool) {
	best, least := "", -1
	for _, candidate := range candidates {
		d := Distance(name, candidate)
		if d <= max(1, max(len(name), len(candidate))/3) && (least < 0 || d < least) {
			best, least = candidate, d
		}
	}
	return best, least >= 0
}

// Distance is the optimal string alignment distance in bytes: the least number of insertions, deletions,
// substitutions and swaps of neighbours that turn a into b, no part being changed twice
// (https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
func Distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
