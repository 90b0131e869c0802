package write_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

func generated(path, content string) state.File {
	return state.File{Path: path, Owner: state.Generated, Content: []byte(content)}
}

func merged(path, content string) state.File {
	return state.File{Path: path, Owner: state.Merged, Content: []byte(content)}
}

func yours(path, content string) state.File {
	return state.File{Path: path, Owner: state.Yours, Content: []byte(content)}
}

func open(t *testing.T, dir string) *write.Tree {
	t.Helper()
	tree, err := write.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tree.Close() })
	return tree
}

func makePlan(t *testing.T, tree *write.Tree, files ...state.File) *plan.Plan {
	t.Helper()
	base, err := tree.State()
	require.NoError(t, err)
	p, err := plan.Make(base, tree.Look, files, plan.Options{Version: "v1.0.0"})
	require.NoError(t, err)
	return p
}

// generate is a whole run, which must succeed.
func generate(t *testing.T, dir string, files ...state.File) *plan.Plan {
	t.Helper()
	tree := open(t, dir)
	p := makePlan(t, tree, files...)
	require.NoError(t, tree.Apply(t.Context(), p))
	return p
}

// put writes a file as its user.
func put(t *testing.T, dir, path, content string) {
	t.Helper()
	path = filepath.Join(dir, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func read(t *testing.T, dir, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
	require.NoError(t, err)
	return string(content)
}

// thing is all that a run may not change of what it does not write.
type thing struct {
	content string
	mode    fs.FileMode
	time    time.Time // of a file; that of a folder tells of temporary files only
}

// snapshot holds every file, folder and link below dir by its path.
func snapshot(t *testing.T, dir string) map[string]thing {
	t.Helper()
	out := map[string]thing{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		now := thing{mode: info.Mode()}
		if entry.Type().IsRegular() {
			now.time = info.ModTime()
			now.content = read(t, path, "")
		}
		name, err := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = now
		return err
	}))
	return out
}

func TestLookTellsWhatStandsInTheWay(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	put(t, outside, "secret", "s")
	put(t, dir, "file", "content")
	put(t, dir, "folder/file", "")
	for link, target := range map[string]string{
		"inside": "folder", "to-file": "file", "outside": outside, "above": "..", "dangling": "nowhere",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	tree := open(t, dir)
	for path, want := range map[string]disk.Found{
		"file":           {Kind: disk.Regular, Content: []byte("content"), Mode: 0o644},
		"inside/file":    {Kind: disk.Regular, Content: []byte{}, Mode: 0o644},
		"none":           {},
		"none/none":      {},
		"folder":         {Kind: disk.Special, Detail: "is a folder, where a file is wanted"},
		"to-file":        {Kind: disk.Special, Detail: "is a symbolic link, where a file is wanted"},
		"dangling":       {Kind: disk.Special, Detail: "is a symbolic link, where a file is wanted"},
		"file/x":         {Kind: disk.Blocked, Detail: "is below a file, where a folder is wanted"},
		"outside/secret": {Kind: disk.Blocked, Detail: "cannot be reached: path escapes from parent"},
		"above/x":        {Kind: disk.Blocked, Detail: "cannot be reached: path escapes from parent"},
		"../x":           {Kind: disk.Blocked, Detail: "cannot be reached: path escapes from parent"},
	} {
		assert.Equal(t, want, tree.Look(path), path)
	}
}

func TestOpenRefusesAFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "file", "")
	_, err := write.Open(filepath.Join(dir, "file"))
	assert.ErrorContains(t, err, "it is a file, and a folder is wanted")
	_, err = write.Open(filepath.Join(dir, "file", "below"))
	assert.ErrorContains(t, err, "not a directory")
}

func TestAFolderIsCreatedByTheLockAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	tree := open(t, dir)
	p := makePlan(t, tree, generated("c/d.go", "d"))
	assert.NoFileExists(t, dir)
	require.NoError(t, tree.Apply(t.Context(), p))
	assert.Equal(t, "d", read(t, dir, "c/d.go"))
}
