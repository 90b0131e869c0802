package generator

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// onWindows makes a checkout of a tree as git does with core.autocrlf where no attribute is in the way.
func (s *shop) onWindows() {
	s.Helper()
	for name, text := range s.commit() {
		put(s.T, s.path(name), strings.ReplaceAll(text, "\n", "\r\n"))
	}
}

// TestCheckoutOnWindows: a checkout decides on line endings. A run does not take them for edits, and leaves them as they are.
func TestCheckoutOnWindows(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.edit(orders, getBody, myBody)
	s.edit("Makefile", "test:", "# mine\ntest:")
	_, err := s.bare("v1.0.0")
	require.NoError(t, err)
	s.onWindows()
	before := diskSum(t, s.dir)

	tree, err := s.generate()
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
	var diff bytes.Buffer
	require.NoError(t, tree.Diff(&diff, false))
	assert.Empty(t, diff.String())
	status, err := Status(context.Background(), s.dir)
	require.NoError(t, err)
	for _, file := range status.Files {
		edited := file.Path == orders || file.Path == "Makefile"
		assert.Equal(t, edited, file.Condition != Untouched, "%s: %s", file.Path, file.Condition)
	}
	assert.Equal(t, before, diskSum(t, s.dir), "nothing is rewritten, not even what msgen remembers")

	s.edit("shop.proto", "service Extra {\r\n", "service Extra {\r\n  rpc More(Ping) returns (Pong);\r\n", strings.ReplaceAll(shopWatch, "\n", "\r\n"), "", "message Ping", "service Third { rpc Do(Ping) returns (Pong); }\r\nmessage Ping")
	put(t, s.path("policy.yaml"), matrixPolicy+"server: {adminPort: 9999}\n")
	tree, err = s.generate()
	require.NoError(t, err)
	assert.NotEmpty(t, changes(tree))
	for _, action := range tree.plan.Actions {
		text, err := os.ReadFile(s.path(action.Path))
		require.NoError(t, err)
		created := action.Kind == "create"
		assert.Equal(t, !created, checkout.CRLF(text), "%s: %s", action.Path, action.Kind)
	}
	assert.Contains(t, s.get("cmd/shop/main.go"), "third.New()")
	assert.Contains(t, s.get(orders), strings.ReplaceAll(myBody, "\n", "\r\n"))
	assert.NotContains(t, s.get(orders), ") Watch(")
	tree, err = s.generate()
	require.NoError(t, err)
	assert.Empty(t, changes(tree))
}

// TestEditsOfEndings: what changes some lines, or other bytes, is an edit.
func TestEditsOfEndings(t *testing.T) {
	t.Parallel()
	const policy = "POLICY.md"
	for name, edit := range map[string]func(string) string{
		"one line of them": func(text string) string { return strings.Replace(text, "\n", "\r\n", 1) },
		"no final newline": func(text string) string { return strings.TrimSuffix(text, "\n") },
		"byte order mark":  func(text string) string { return "\ufeff" + text },
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			put(t, s.path(policy), edit(s.get(policy)))
			_, err := s.bare("v1.0.0")
			require.ErrorContains(t, err, policy)
			status, err := Status(context.Background(), s.dir)
			require.NoError(t, err)
			for _, file := range status.Files {
				assert.Equal(t, file.Path == policy, file.Condition == Edited, file.Path)
			}
		})
	}
}
