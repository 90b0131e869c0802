package generator

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// TestUpgrade regenerates the trees of older releases, as their users left them, with this msgen: nothing is refused, no
// line of the user's is lost, what comes of it compiles, and a proto that has grown meanwhile is served.
func TestUpgrade(t *testing.T) {
	checker := newTypeChecker(t)
	releases, err := filepath.Glob("../testdata/releases/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, releases)
	for _, file := range releases {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			w := newWorld(t, map[string]string{"tree/.git/HEAD": ""})
			for _, f := range archive.Files {
				w.put("tree/"+f.Name, string(f.Data))
			}
			w.leaveTests(archive)
			w.assertMine(archive)
			assert.Equal(t, "v1.0.0\n", w.get("tree/.msgen/version"))
			assert.False(t, w.has("tree/README.md"))
			require.NoError(t, checker.check("example.com/greeter", w.goFiles("tree")))
			assert.Empty(t, w.generate("tree", Options{Full: true}), "a second run has nothing to do")

			w.put("tree/greeter.proto", strings.Replace(w.get("tree/greeter.proto"), "service Greeter {", "service Greeter {\n  rpc New(HelloRequest) returns (stream HelloReply);", 1))
			w.generate("tree", Options{})
			w.assertMine(archive)
			assert.Contains(t, w.get("tree/internal/greeter/greeter.go"), ") New(req *greeterv1.HelloRequest, stream")
			require.NoError(t, checker.check("example.com/greeter", w.goFiles("tree")))
		})
	}
}

// leaveTests generates the tree. Tests that its user has edited, and that trees no longer get, stay, and the run says what they
// miss. Then their user removes them.
func (w *world) leaveTests(archive *txtar.Archive) {
	w.Helper()
	tree, err := w.plan("tree", Options{})
	require.NoError(w, err)
	require.NoError(w, performed(tree))
	w.assertMine(archive)
	notes := strings.Join(tree.Notes, "\n")
	for _, change := range tree.Changes() {
		if change.Action != Orphan {
			continue
		}
		assert.Contains(w, notes, change.Path+":")
		require.NoError(w, os.Remove(filepath.Join(w.dir, "tree", change.Path)))
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == change.Path })
	}
}

// assertMine holds the tree to the lines that its user wrote.
func (w *world) assertMine(archive *txtar.Archive) {
	w.Helper()
	for _, f := range archive.Files {
		for line := range strings.Lines(string(f.Data)) {
			if strings.HasSuffix(line, "mine\n") {
				assert.Contains(w, w.get("tree/"+f.Name), line, f.Name)
			}
		}
	}
}

// goFiles is the Go of a tree on disk, by path.
func (w *world) goFiles(tree string) map[string]string {
	w.Helper()
	files := map[string]string{}
	for _, name := range goFilesBelow(w, filepath.Join(w.dir, tree)) {
		files[name] = w.get(tree + "/" + name)
	}
	return files
}

// TestAnOlderMsgenRefusesANewerTree, whatever it is asked to do.
func TestAnOlderMsgenRefusesANewerTree(t *testing.T) {
	w, opts := outsideWorld(t)
	w.generate(".", opts)
	for tree, refused := range map[string]bool{"v1.0.1": true, "v2.0.0-rc.1": true, "v1.0.0": false, "v0.9.0": false, "devel": false, "": false} {
		w.put("orders/.msgen/version", tree+"\n")
		before := diskSum(t, filepath.Join(w.dir, "orders"))
		_, err := w.plan(".", opts)
		if !refused {
			assert.NoError(t, err, tree)
			continue
		}
		assert.EqualError(t, err, "orders/.msgen/version: the tree was written by a newer msgen: found \""+tree+
			"\", want v1.0.0 or older, for this is msgen v1.0.0; use msgen "+tree+" or a newer one")
		_, err = Check(context.Background(), Options{Protos: opts.Protos, ImportPaths: opts.ImportPaths, Out: opts.Out, Version: "v1.0.0"})
		assert.Error(t, err)
		assert.Equal(t, before, diskSum(t, filepath.Join(w.dir, "orders")))
	}
}

// here is a view from the working directory.
func here(t testing.TB) *disk.View {
	t.Helper()
	view, err := disk.New()
	require.NoError(t, err)
	return view
}

// goFilesBelow lists the Go files of the tree at dir.
func goFilesBelow(t testing.TB, dir string) []string {
	t.Helper()
	tree, err := here(t).Tree(dir)
	require.NoError(t, err)
	return tree.GoFiles()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// performed writes trees that were planned together.
func performed(trees ...*Tree) error {
	errs, err := Write(context.Background(), trees, Locks{})
	return errors.Join(append(errs, err)...)
}
