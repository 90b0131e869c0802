package disk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// TestAViewAnswersOnce: what it has said of a file stays its answer, whatever happens to the file.
func TestAViewAnswersOnce(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "policy.yaml", "a")
	put(t, dir, "tree/main.go", "a")
	view := from(t, dir)
	tree, err := view.Tree("tree")
	require.NoError(t, err)
	read := func() string {
		content, err := view.ReadFile("policy.yaml")
		require.NoError(t, err)
		return string(content) + string(tree.Look("main.go").Content)
	}
	assert.Equal(t, "aa", read())
	assert.False(t, view.Exists("new.yaml"))
	put(t, dir, "policy.yaml", "b")
	put(t, dir, "tree/main.go", "b")
	put(t, dir, "new.yaml", "")
	assert.Equal(t, "aa", read())
	assert.False(t, view.Exists("new.yaml"))
	again, err := view.Tree(filepath.Join(dir, "tree"))
	require.NoError(t, err)
	assert.Same(t, tree, again, "one folder is one tree")
}

func TestChanged(t *testing.T) {
	for name, c := range map[string]struct {
		ask    func(view *disk.View, tree *disk.Tree)
		change func(dir string)
		want   string
	}{
		"nothing": {},
		"a file was written": {
			func(view *disk.View, _ *disk.Tree) { _, _ = view.ReadFile("a.proto") },
			func(dir string) { put(t, dir, "a.proto", "new") }, "a.proto",
		},
		"a file was written that nobody asked for": {
			change: func(dir string) { put(t, dir, "a.proto", "new") },
		},
		"a file was written as it was": {
			func(view *disk.View, _ *disk.Tree) { _, _ = view.ReadFile("a.proto") },
			func(dir string) { put(t, dir, "a.proto", "a") }, "",
		},
		"a file went": {
			func(view *disk.View, _ *disk.Tree) { view.Exists("a.proto") },
			func(dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "a.proto"))) }, "a.proto",
		},
		"a file came": {
			func(view *disk.View, _ *disk.Tree) { view.Exists("b.proto") },
			func(dir string) { put(t, dir, "b.proto", "") }, "b.proto",
		},
		"a folder came": {
			func(view *disk.View, _ *disk.Tree) { view.Exists("b") },
			func(dir string) { require.NoError(t, os.Mkdir(filepath.Join(dir, "b"), 0o755)) }, "",
		},
		"a file of the tree was written": {
			func(_ *disk.View, tree *disk.Tree) { tree.Look("main.go") },
			func(dir string) { put(t, dir, "tree/main.go", "new") }, "tree/main.go",
		},
		"a file of the tree came": {
			func(_ *disk.View, tree *disk.Tree) { tree.Look("go.mod") },
			func(dir string) { put(t, dir, "tree/go.mod", "new") }, "tree/go.mod",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "a.proto", "a")
			put(t, dir, "tree/main.go", "a")
			view := from(t, dir)
			tree, err := view.Tree("tree")
			require.NoError(t, err)
			if c.ask != nil {
				c.ask(view, tree)
			}
			if c.change != nil {
				c.change(dir)
			}
			got := view.Changed()
			if rel, err := filepath.Rel(dir, got); err == nil && filepath.IsAbs(got) {
				got = rel
			}
			assert.Equal(t, c.want, filepath.ToSlash(got))
		})
	}
}

// TestATreeThatIsMadeMeanwhile was absent when the view saw it.
func TestATreeThatIsMadeMeanwhile(t *testing.T) {
	dir := t.TempDir()
	view := from(t, dir)
	tree, err := view.Tree("tree")
	require.NoError(t, err)
	assert.Equal(t, disk.Absent, tree.Look("main.go").Kind)
	assert.Empty(t, view.Changed())
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tree"), 0o755))
	assert.Empty(t, view.Changed(), "an empty folder changes nothing")
	put(t, dir, "tree/main.go", "")
	assert.Equal(t, filepath.Join("tree", "main.go"), view.Changed())
}

func TestPathsAreThoseOfTheUser(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "api/a.proto", "")
	put(t, dir, "api/v1/b.proto", "")
	slashed := filepath.ToSlash(dir)
	for root, want := range map[string][]string{
		"api":                     {"api/a.proto", "api/v1/b.proto"},
		".":                       {"api/a.proto", "api/v1/b.proto"},
		filepath.Join(dir, "api"): {slashed + "/api/a.proto", slashed + "/api/v1/b.proto"},
	} {
		var got []string
		require.NoError(t, disk.From(dir).Walk(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				got = append(got, filepath.ToSlash(path))
			}
			return err
		}))
		assert.Equal(t, want, got)
	}
}

func TestGoFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"main.go", "a/a.go", "_a/a.go", ".a/a.go", "testdata/a.go", "vendor/a.go", "other/go.mod", "other/a.go", "a/_a.go", "a/a.txt"} {
		put(t, dir, name, "")
	}
	tree, err := from(t, dir).Tree(".")
	require.NoError(t, err)
	assert.Equal(t, []string{"a/a.go", "main.go"}, tree.GoFiles())
	assert.Equal(t, []string{"a/_a.go", "a/a.go", "a/a.txt"}, tree.Files("a"))
}

// from is a view that lets go of the folder before it is removed.
func from(t *testing.T, dir string) *disk.View {
	view := disk.From(dir)
	t.Cleanup(view.Close)
	return view
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

func TestModuleCache(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GOMODCACHE", "")
	t.Setenv("GOPATH", filepath.Join(dir, "go")+string(filepath.ListSeparator)+filepath.Join(dir, "more"))
	t.Setenv("GOENV", filepath.Join(dir, "env"))
	assert.Equal(t, filepath.Join(dir, "go", "pkg", "mod"), disk.From(dir).ModuleCache())
	put(t, dir, "env", "GOPATH=/other\nGOMODCACHE=/written\n")
	assert.Equal(t, "/written", disk.From(dir).ModuleCache(), "by go env -w")
	t.Setenv("GOMODCACHE", "/set")
	assert.Equal(t, "/set", disk.From(dir).ModuleCache())
}
