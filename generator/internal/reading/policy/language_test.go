package policy

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUnavailableRows holds each row of the table to the language: it names a key, a value of a key, or a word that is
// kept for later; and what it names is refused.
func TestUnavailableRows(t *testing.T) {
	all := map[string]*key{}
	for _, k := range keysOf(whole().root) {
		all[k.path] = k
	}
	for _, row := range unavailable() {
		path, value, isValue := strings.Cut(row, "=")
		k := all[path]
		if k == nil {
			assert.NotContains(t, row, ".", "no such key")
			assert.True(t, released().reserved[row], row)
			continue
		}
		text := "{}"
		if isValue {
			require.Contains(t, k.enum, value, row)
			assert.NotEqual(t, k.fallback, value, "%s: a default that is refused", row)
			text = value
		}
		path = strings.ReplaceAll(path, "*", "Get")
		src := strings.ReplaceAll(path, ".", ": {") + ": " + text + strings.Repeat("}", strings.Count(path, "."))
		_, problems := Load("policy.yaml", []byte(src))
		require.Len(t, problems.All(), 1, src)
		assert.Equal(t, path+": not available yet", problems.All()[0].Message, src)
		assert.Contains(t, problems.All()[0].Fix, "remove it")
	}
}

// TestMetadata holds each key to what the pages that are made from it need.
func TestMetadata(t *testing.T) {
	for _, k := range keysOf(whole().root) {
		assert.Regexp(t, `^[A-Z].*\.$`, k.doc, "%s: doc is whole sentences", k.path)
		assert.NotContains(t, k.doc, "\n", "%s: doc is one line", k.path)
		leaf := k.shape == single || k.shape == anything || k.shape == list && k.item.shape == single
		if leaf {
			assert.NotEmpty(t, k.example+k.fallback, "%s: nothing to show", k.path)
			assert.False(t, k.required && k.fallback != "", "%s: required, and yet has a default", k.path)
		}
		if k.shape == table {
			assert.NotEmpty(t, k.sample+k.example, k.path)
		}
		if k.shape == list && k.item.shape == section && k.unique != "" {
			assert.NotNil(t, k.item.child(k.unique), "%s: items that nothing tells apart", k.path)
		}
	}
}

// TestSectionsAreNotEmpty holds that the table of refused keys leaves no section that is there and can hold nothing.
func TestSectionsAreNotEmpty(t *testing.T) {
	for _, k := range keysOf(released().root) {
		assert.True(t, k.shape != section || len(k.available()) > 0, "%s: refuse the section as a whole", k.path)
	}
}

// TestDefaultsAreAllowed holds that no default would be refused if it were written.
func TestDefaultsAreAllowed(t *testing.T) {
	for _, k := range keysOf(whole().root) {
		leaf := k
		if k.shape == list {
			leaf = k.item
		}
		for text := range strings.SplitSeq(strings.Trim(k.fallback, "[]"), ", ") {
			if text == "" {
				continue
			}
			value, ok := leaf.kind.parse(text)
			assert.True(t, ok, "%s: %s", k.path, text)
			assert.True(t, leaf.limits == nil || within(leaf.limits, value), "%s: %s", k.path, text)
			assert.True(t, leaf.enum == nil || slices.Contains(leaf.enum, text), "%s: %s", k.path, text)
			assert.True(t, !leaf.form.exists() || leaf.form.accepts(text), "%s: %s", k.path, text)
		}
	}
}

// TestDurationsEnd holds that the sums of durations which the model makes are durations: a thousand of the longest are one.
func TestDurationsEnd(t *testing.T) {
	for _, k := range keysOf(whole().root) {
		if k.shape != single || k.kind.name != "duration" {
			continue
		}
		if assert.NotNil(t, k.limits, k.path) {
			assert.True(t, k.limits.hasHigh && k.limits.high*1000 < math.MaxInt64, k.path)
		}
	}
}
