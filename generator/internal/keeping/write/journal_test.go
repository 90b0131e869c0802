package write

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// versions are two trees that differ in every way: files that change, come, go, and stay.
func version(n int) []state.File {
	files := []state.File{
		{Path: "same.go", Owner: state.Generated, Content: []byte("same")},
		{Path: "go.mod", Owner: state.Merged, Content: fmt.Appendf(nil, "module m%d", n)},
		{Path: "Makefile", Owner: state.Merged, Content: fmt.Appendf(nil, "# version %d\n\n\nbuild:\n\tgo build\n", n)},
		{Path: fmt.Sprintf("only%d/a.go", n), Owner: state.Generated, Content: fmt.Appendf(nil, "only %d", n)},
	}
	for i := range 4 {
		files = append(files, state.File{
			Path: fmt.Sprintf("p%d/f.go", i), Owner: state.Generated, Content: fmt.Appendf(nil, "file %d of %d", i, n),
		})
	}
	return files
}

func planFor(t testing.TB, dir string, n int) (*Tree, *plan.Plan) {
	t.Helper()
	tree, err := Open(dir)
	require.NoError(t, err)
	require.NoError(t, tree.Recover(t.Context(), Locker{}))
	base, err := tree.State()
	require.NoError(t, err)
	p, err := plan.Make(base, tree.Look, version(n), plan.Options{Version: fmt.Sprint("v", n)})
	require.NoError(t, err)
	return tree, p
}

// contentsOf is every file below dir.
func contentsOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if !entry.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = string(content)
		return err
	}))
	return out
}

// after is a tree of version 1 brought to version 2 without an interruption.
func after(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	for n := 1; n <= 2; n++ {
		tree, p := planFor(t, dir, n)
		require.NoError(t, tree.Apply(t.Context(), p))
	}
	return contentsOf(t, dir)
}

// interrupted is a tree of version 1 that a run to version 2 was killed in, after so many steps from the journal on. It is false
// where the run has fewer.
func interrupted(t *testing.T, dir string, steps int) (*Tree, bool) {
	t.Helper()
	tree, p := planFor(t, dir, 1)
	require.NoError(t, tree.Apply(t.Context(), p))
	tree, p = planFor(t, dir, 2)
	w, err := tree.work(p)
	require.NoError(t, err)
	s, err := stage(tree.root, w)
	require.NoError(t, err)
	require.NoError(t, s.writeDown())
	for _, e := range w.files {
		if steps--; steps >= 0 {
			require.NoError(t, s.rename(e.path))
		}
	}
	for _, r := range w.removals {
		if steps--; steps >= 0 {
			require.NoError(t, tree.root.Remove(r.path))
		}
	}
	for _, e := range w.memory {
		if steps--; steps >= 0 {
			require.NoError(t, s.rename(e.path))
		}
	}
	return tree, steps <= 0
}

// TestAnInterruptedRunIsFinishedByTheNext stops a run after each of its steps from the journal on.
func TestAnInterruptedRunIsFinishedByTheNext(t *testing.T) {
	want := after(t)
	for steps := 0; ; steps++ {
		dir := t.TempDir()
		tree, more := interrupted(t, dir, steps)
		found, err := tree.Interrupted(t.Context(), Locker{})
		require.NoError(t, err)
		assert.True(t, found)

		tree, p := planFor(t, dir, 2)
		assert.Empty(t, p.Changes(), "recovered after %d steps", steps)
		require.NoError(t, tree.Apply(t.Context(), p))
		require.Equal(t, want, contentsOf(t, dir))
		if !more {
			break
		}
	}
}

func TestARecoveryKeepsWhatItsUserHasChangedSince(t *testing.T) {
	dir := t.TempDir()
	tree, _ := interrupted(t, dir, 0)
	for path, content := range map[string]string{"p0/f.go": "mine", "only1/a.go": "mine too", "only2/a.go": "mine as well"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, path), []byte(content), 0o644))
	}
	require.NoError(t, tree.Recover(t.Context(), Locker{}))
	got := contentsOf(t, dir)
	assert.Equal(t, "mine", got["p0/f.go"])
	assert.Equal(t, "mine too", got["only1/a.go"])
	assert.Equal(t, "mine as well", got["only2/a.go"])
	assert.Equal(t, "file 1 of 2", got["p1/f.go"])
	assert.Len(t, got, len(after(t))+1, "and nothing temporary is left")
}

func TestAPlanOfAnotherTreeIsNotPerformed(t *testing.T) {
	dir := t.TempDir()
	late, p := planFor(t, dir, 1)
	tree, first := planFor(t, dir, 2)
	require.NoError(t, tree.Apply(t.Context(), first))
	before := contentsOf(t, dir)
	var stale *StaleError
	require.ErrorAs(t, late.Apply(t.Context(), p), &stale)
	assert.Equal(t, before, contentsOf(t, dir))
}
