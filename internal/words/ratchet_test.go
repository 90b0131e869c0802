package words_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/internal/words"
)

func TestRatchet(t *testing.T) {
	phrases := []words.Phrase{{Name: "verily", Write: "really"}, {Name: "alas", Write: "sadly"}}
	place := func(phrase int, file string, line int) words.Place {
		return words.Place{Phrase: &phrases[phrase], File: file, Line: line, Sentence: "..."}
	}
	four := []words.Place{place(0, "a", 1), place(0, "a", 2), place(0, "b", 1), place(1, "b", 7)}

	for _, tc := range []struct {
		name     string
		recorded string
		places   []words.Place
		next     string
		risen    []string
	}{
		{"as recorded", "1 alas\n\t1 b\n3 verily\n\t2 a\n\t1 b\n", four, "1 alas\n\t1 b\n3 verily\n\t2 a\n\t1 b\n", nil},
		{"fewer", "5 alas\n\t5 b\n3 verily\n\t2 a\n\t1 b\n", four, "1 alas\n\t1 b\n3 verily\n\t2 a\n\t1 b\n", nil},
		{"none", "1 alas\n\t1 b\n", nil, "0 alas\n0 verily\n", nil},
		{"in other files", "1 alas\n\t1 c\n3 verily\n\t3 c\n", four, "1 alas\n\t1 b\n3 verily\n\t2 a\n\t1 b\n", nil},
		{"a new phrase", "1 alas\n\t1 b\n", four, "1 alas\n\t1 b\n3 verily\n\t2 a\n\t1 b\n", nil},
		{"a phrase that is no longer listed", "1 alas\n\t1 b\n2 quoth\n\t2 a\n3 verily\n", four, "1 alas\n\t1 b\n3 verily\n\t2 a\n\t1 b\n", nil},
		{
			"more of one, fewer of another", "2 alas\n\t2 b\n2 verily\n\t1 a\n\t1 b\n", four, "1 alas\n\t1 b\n2 verily\n\t1 a\n\t1 b\n",
			[]string{"verily: found 3, want at most 2; reword one of\n\ta:1: verily: write really: ...\n\ta:2: verily: write really: ..."},
		},
		{
			"the first of a phrase that had gone", "0 alas\n3 verily\n\t2 a\n\t1 b\n", four, "0 alas\n3 verily\n\t2 a\n\t1 b\n",
			[]string{"alas: found 1, want at most 0; reword one of\n\tb:7: alas: write sadly: ..."},
		},
		{
			"files that a merge has mixed up", "1 alas\n\t1 b\n2 verily\n\t2 b\n\t2 a\n", four, "1 alas\n\t1 b\n2 verily\n\t2 a\n\t2 b\n",
			[]string{"verily: found 3, want at most 2; reword one of\n\ta:1: verily: write really: ...\n\ta:2: verily: write really: ...\n\tb:1: verily: write really: ..."},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			recorded, err := words.ParseCounts(tc.recorded)
			require.NoError(t, err)
			next, risen := words.Ratchet(recorded, phrases, tc.places)
			assert.Equal(t, tc.risen, risen)
			want, err := words.ParseCounts(tc.next)
			require.NoError(t, err)
			assert.Equal(t, want.String(), next.String())
		})
	}
}

func TestParseCounts(t *testing.T) {
	text := "# a comment\n2 in sooth\n\t2 a file\n0 verily\n"
	counts, err := words.ParseCounts(text)
	require.NoError(t, err)
	assert.Equal(t, words.Counts{"in sooth": {All: 2, Files: map[string]int{"a file": 2}}, "verily": {Files: map[string]int{}}}, counts)
	again, err := words.ParseCounts(counts.String())
	require.NoError(t, err)
	assert.Equal(t, counts, again)

	for _, text := range []string{"verily", "x verily", "-1 verily", "1", "\t1 a", "<<<<<<< ours\n1 verily"} {
		_, err := words.ParseCounts(text)
		assert.ErrorContains(t, err, "counts.txt:1: malformed", "%q", text)
	}
}
