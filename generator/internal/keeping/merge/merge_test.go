package merge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// text draws a short text of few different lines, so that two edits of it often meet.
func text(rnd *rand.Rand) string {
	var b strings.Builder
	for range 3 + rnd.IntN(12) {
		fmt.Fprintf(&b, "line %d\n", rnd.IntN(8))
	}
	return b.String()
}

// edited changes up to three places of a text. Lines that it adds begin with who has added them.
func edited(rnd *rand.Rand, who, text string) string {
	lines := slices.Collect(strings.Lines(text))
	for range rnd.IntN(4) {
		at := rnd.IntN(len(lines) + 1)
		switch added := fmt.Sprintf("%s %d\n", who, rnd.IntN(3)); {
		case rnd.IntN(3) == 0 || at == len(lines):
			lines = slices.Insert(lines, at, added)
		case rnd.IntN(2) == 0:
			lines = slices.Delete(lines, at, min(at+1+rnd.IntN(2), len(lines)))
		default:
			lines[at] = added
		}
	}
	out := strings.Join(lines, "")
	if rnd.IntN(10) == 0 {
		out = strings.TrimSuffix(out, "\n")
	}
	return out
}

// names are one of each kind of file.
var names = []string{"Makefile", "main.go", "go.mod", "go.sum", ".gitattributes"}

// TestLaws: 10,000 random triples; whoever changes nothing gets the other's text, and no line of the user's is lost.
func TestLaws(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	clean := 0
	for n := range 10_000 {
		base := text(rnd)
		mine, theirs := edited(rnd, "mine", base), edited(rnd, "theirs", base)
		assertLaws(t, names[n%len(names)], base, mine, theirs)
		result := merge.Lines([]byte(base), []byte(mine), []byte(theirs))
		for line := range strings.SplitSeq(mine, "\n") {
			if strings.HasPrefix(line, "mine") {
				require.Contains(t, string(result.Content), line, "%q %q %q", base, mine, theirs)
			}
		}
		if result.Clean() {
			clean++
			require.Zero(t, checkout.Conflict(result.Content))
		} else {
			require.NotZero(t, checkout.Conflict(result.Content))
		}
	}
	assert.Greater(t, clean, 3000, "of 10,000: the merges are worth something")
	assert.Less(t, clean, 9000)
}

func assertLaws(t *testing.T, name, base, mine, theirs string) {
	t.Helper()
	m := func(base, mine, theirs string) string {
		result := merge.File(name, []byte(base), []byte(mine), []byte(theirs), nil)
		require.True(t, result.Clean())
		return string(result.Content)
	}
	require.Equal(t, theirs, m(base, base, theirs), name)
	require.Equal(t, mine, m(base, mine, base), name)
	require.Equal(t, mine, m(base, mine, mine), name)
}

func TestConflictsCarryTheBase(t *testing.T) {
	base, mine, theirs := "a\nb\nc\nd\n", "a\nB\nc\nd", "a\nbb\nc\nd\n"
	result := merge.File("Makefile", []byte(base), []byte(mine), []byte(theirs), nil)
	assert.Equal(t, []int{2}, result.Conflicts)
	want := "a\n<<<<<<< yours\nB\n||||||| what msgen wrote last\nb\n=======\nbb\n>>>>>>> what msgen writes now\nc\nd"
	assert.Equal(t, want, string(result.Content))
	assert.Equal(t, 2, checkout.Conflict(result.Content))

	windows := func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }
	result = merge.File("Makefile", []byte(base), windows(mine+"\n"), []byte(theirs), nil)
	assert.Equal(t, string(windows(want+"\n")), string(result.Content), "the whole file keeps the line ends that its user chose")
}
