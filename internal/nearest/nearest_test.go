package nearest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/internal/nearest"
)

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0},
		{"port", "prot", 1}, // neighbours swapped
		{"port", "por", 1},
		{"port", "sport", 1},
		{"port", "pert", 1},
		{"kitten", "sitting", 3},
		{"ca", "abc", 3}, // the alignment distance: no part is changed twice
	} {
		assert.Equal(t, tc.want, nearest.Distance(tc.a, tc.b), "%q to %q", tc.a, tc.b)
		assert.Equal(t, tc.want, nearest.Distance(tc.b, tc.a), "%q to %q", tc.b, tc.a)
	}
}

func TestDidYouMean(t *testing.T) {
	keys := []string{"grpcPort", "adminPort", "requestTimeout"}
	assert.Equal(t, `did you mean "grpcPort"?`, nearest.DidYouMean("gprcPort", keys))
	assert.Equal(t, `did you mean "requestTimeout"?`, nearest.DidYouMean("requestTimeouts", keys))
	assert.Empty(t, nearest.DidYouMean("colour", keys), "nothing is near")
}
