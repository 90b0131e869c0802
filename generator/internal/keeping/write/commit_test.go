package write

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A disk that fails between two renames cannot be had in a test, so a temporary file is taken away instead.
func TestAnErrorPartWayLeavesEveryFileWholeAndSaysSo(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), []byte("old"), 0o644))
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, root.Close()) }()

	s, err := stage(root, work{
		files: []edit{
			{path: "a", content: []byte("new"), mode: 0o644, replaces: true},
			{path: "b/b", content: []byte("new"), mode: 0o644},
			{path: "c/c", content: []byte("new"), mode: 0o644},
		},
		removals: []removal{{"d", ""}},
		memory:   []edit{{path: ".msgen/state.json", content: []byte("{}"), mode: 0o644}},
	})
	require.NoError(t, err)
	require.NoError(t, root.Remove(s.temps["b/b"]))

	assert.EqualError(t, s.commit(),
		"1 of 4 changes were made, and every file is whole: cannot write b/b: no such file or directory; generate again")
	var left []string
	require.NoError(t, filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		name, _ := filepath.Rel(dir, path)
		left = append(left, name)
		return err
	}))
	assert.Equal(t, []string{".", "a"}, left, "no temporary file and no folder that nothing came to stand in")
	content, err := os.ReadFile(filepath.Join(dir, "a"))
	require.NoError(t, err)
	assert.Equal(t, "new", string(content))
}
