package write_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

func TestASecondRunTouchesNothing(t *testing.T) {
	dir := t.TempDir()
	files := []state.File{
		generated("internal/server/server.go", "package server\n"), merged("go.mod", "module m\n"),
		yours("README.md", "# m\n"), {Path: "build.sh", Owner: state.Yours, Content: []byte("#!/bin/sh\n"), Mode: 0o755},
	}
	generate(t, dir, files...)
	after := snapshot(t, dir)
	assert.Equal(t, []string{
		".", ".msgen", ".msgen/base", ".msgen/base/go.mod", ".msgen/state.json", ".msgen/version",
		"README.md", "build.sh", "go.mod", "internal", "internal/server", "internal/server/server.go",
	}, slices.Sorted(maps.Keys(after)))
	assert.Equal(t, "\"module m\\n\"\n", after[".msgen/base/go.mod"].content)
	assert.Equal(t, "v1.0.0\n", after[".msgen/version"].content)
	assert.NotZero(t, after["build.sh"].mode&0o100, "can be executed")
	assert.Zero(t, after["README.md"].mode&0o111)

	again := generate(t, dir, files...)
	assert.Equal(t, "4 unchanged", again.Summary().String())
	assert.Equal(t, after, snapshot(t, dir))
}

func TestAnUpdateKeepsTheModeAndItsNeighbours(t *testing.T) {
	dir := t.TempDir()
	generate(t, dir, generated("a.go", "old"), generated("b.go", "same"))
	require.NoError(t, os.Chmod(filepath.Join(dir, "a.go"), 0o606)) // what no usual umask lets through
	before := snapshot(t, dir)

	generate(t, dir, generated("a.go", "new"), generated("b.go", "same"))
	after := snapshot(t, dir)
	assert.Equal(t, "new", after["a.go"].content)
	assert.Equal(t, before["a.go"].mode, after["a.go"].mode)
	assert.Equal(t, before["b.go"], after["b.go"])
	assert.Equal(t, before[".msgen/version"], after[".msgen/version"])
}

func TestARefusedPlanIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.go", "mine")
	before := snapshot(t, dir)
	tree := open(t, dir)
	err := tree.Apply(t.Context(), makePlan(t, tree, generated("a.go", "a"), generated("b.go", "b")))
	assert.EqualError(t, err, "nothing was written: a.go exists and was not written by msgen")
	assert.Equal(t, before, snapshot(t, dir))
}

func TestNothingIsWrittenThroughALinkThatLeadsOut(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	put(t, outside, "a.go", "outside")
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "gen")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "a.go"), filepath.Join(dir, "a.go")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "kept")))
	p := makePlan(t, open(t, dir),
		generated("a.go", "new"), generated("gen/a.go", "new"), generated("gen/b.go", "new"), yours("kept/c.go", "new"))
	assert.Len(t, p.Refused(), 4)

	// Between plan and write a folder becomes a link: the write must find out by itself.
	for _, when := range []string{"linked before the plan is applied", "linked before msgen's memory is written"} {
		dir := t.TempDir()
		tree := open(t, dir)
		p := makePlan(t, tree, generated("gen/b.go", "new"))
		link := map[bool]string{true: "gen", false: ".msgen"}[strings.Contains(when, "applied")]
		require.NoError(t, os.Symlink(outside, filepath.Join(dir, link)))
		require.ErrorContains(t, tree.Apply(t.Context(), p), "nothing was written: ", when)
		assert.Equal(t, []string{".", link}, slices.Sorted(maps.Keys(snapshot(t, dir))), when)
	}
	assert.Equal(t, []string{".", "a.go"}, slices.Sorted(maps.Keys(snapshot(t, outside))))
	assert.Equal(t, "outside", read(t, outside, "a.go"))
}

func TestNothingIsWrittenIntoGitThroughALink(t *testing.T) {
	for link, want := range map[string]string{
		"gen":         "nothing was written: gen/a.go is .git/hooks/a.go by a symbolic link, where msgen writes nothing; remove the link",
		".msgen/base": "nothing was written: .msgen/base/go.mod is .git/hooks/go.mod by a symbolic link, where msgen writes nothing; remove the link",
		"gen/other":   "",
	} {
		dir := t.TempDir()
		put(t, dir, ".git/hooks/mine", "mine")
		put(t, dir, filepath.Dir(link)+"/mine", "mine")
		relative, err := filepath.Rel(filepath.Dir(filepath.Join(dir, link)), filepath.Join(dir, ".git", "hooks"))
		require.NoError(t, err)
		require.NoError(t, os.Symlink(relative, filepath.Join(dir, link)))
		tree := open(t, dir)
		err = tree.Apply(t.Context(), makePlan(t, tree, generated("gen/a.go", "a"), merged("go.mod", "m")))
		if want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, want)
		}
		entries, err := os.ReadDir(filepath.Join(dir, ".git", "hooks"))
		require.NoError(t, err)
		assert.Len(t, entries, 1)
	}
}

func TestALinkInsideTheTreeIsFollowedAndStays(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "real"), 0o755))
	require.NoError(t, os.Symlink("real", filepath.Join(dir, "gen")))
	generate(t, dir, generated("gen/a.go", "a"))
	assert.Equal(t, "a", read(t, dir, "real/a.go"))

	generate(t, dir)
	after := snapshot(t, dir)
	assert.NotContains(t, after, "real/a.go")
	assert.Contains(t, after, "gen", "the link is its user's, though nothing is left in it")
}

func TestRemovalPrunesOnlyWhatItEmptied(t *testing.T) {
	dir := t.TempDir()
	generate(t, dir,
		generated("deploy/base/a.yaml", "a"), generated("deploy/base/b.yaml", "b"), generated("gen/x/y.go", "y"),
		merged("ci/ci.yml", "ci"), yours("orders/handler.go", "h"))
	put(t, dir, "deploy/mine.yaml", "mine")
	put(t, dir, "orders/handler.go", "edited")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "empty"), 0o755))

	p := generate(t, dir)
	assert.Equal(t, "1 kept, 4 removed", p.Summary().String())
	assert.Equal(t, []string{
		".", ".msgen", ".msgen/state.json", ".msgen/version", "deploy", "deploy/mine.yaml", "empty", "orders", "orders/handler.go",
	}, slices.Sorted(maps.Keys(snapshot(t, dir))))
}

func TestWhatAKilledRunLeftIsSwept(t *testing.T) {
	dir := t.TempDir()
	generate(t, dir, generated("gen/a.go", "a"))
	for _, path := range []string{".msgen-abcdefgh2345.tmp", "gen/.msgen-abcdefgh2345.tmp", ".msgen/.msgen-abcdefgh2345.tmp", "gen/.msgen-notes", "gen/.msgen-mine.tmp"} {
		put(t, dir, path, "left")
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "gen", ".msgen-abcdefgh6767.tmp"), 0o755))
	generate(t, dir, generated("gen/a.go", "a"), generated("b.go", "b"))
	assert.Equal(t, []string{
		".", ".msgen", ".msgen/state.json", ".msgen/version", "b.go", "gen", "gen/.msgen-abcdefgh6767.tmp",
		"gen/.msgen-mine.tmp", "gen/.msgen-notes", "gen/a.go",
	}, slices.Sorted(maps.Keys(snapshot(t, dir))))
}

func TestAnErrorBeforeTheFirstRenameLeavesTheTreeAsItWas(t *testing.T) {
	for name, c := range map[string]struct {
		mine string // the file that its user empties or creates after the plan is made
		want string
	}{
		"a folder is now a file": {
			"z",
			"nothing was written: cannot write z/z.go: not a directory",
		},
		"a folder is now a file higher up": {
			"new",
			"nothing was written: cannot create the folder new/folder: not a directory",
		},
		"a file was edited": {
			"a.go",
			"nothing was written: a.go was changed by something else meanwhile; generate again",
		},
		"a file was created": {
			"z/z.go",
			"nothing was written: z/z.go was changed by something else meanwhile; generate again",
		},
		"a file to be removed was edited": {
			"gone.go",
			"nothing was written: gone.go was changed by something else meanwhile; generate again",
		},
		"msgen's memory is a folder": {
			".msgen/base/go.mod/mine",
			"nothing was written: .msgen/base/go.mod is a folder, where a file is wanted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			generate(t, dir, generated("a.go", "old"), generated("gone.go", "gone"))
			tree := open(t, dir)
			p := makePlan(t, tree, generated("a.go", "new"), generated("new/folder/b.go", "b"), generated("z/z.go", "z"), merged("go.mod", "m"))
			put(t, dir, c.mine, "")
			before := snapshot(t, dir)
			assert.EqualError(t, tree.Apply(t.Context(), p), c.want)
			assert.Equal(t, before, snapshot(t, dir))
		})
	}
}

// TestRandomRuns edits, deletes and regenerates a tree at random, and holds every run to the promise: what its user
// wrote is there afterwards, and nothing is left to do.
func TestRandomRuns(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	paths := []string{"a", "d/b", "d/c", "d/e/f", "g/h"}
	owners := []state.Owner{state.Generated, state.Merged, state.Yours}
	mine := map[string]string{} // what its user has written and not deleted
	refused := 0
	for step := range 400 {
		for _, path := range paths {
			switch full := filepath.Join(dir, filepath.FromSlash(path)); rnd.IntN(20) {
			case 0:
				mine[path] = fmt.Sprintf("mine %d", step)
				put(t, dir, path, mine[path])
			case 1:
				delete(mine, path)
				_ = os.Remove(full)
			}
		}
		var files []state.File
		for i, path := range paths {
			if rnd.IntN(5) > 0 {
				files = append(files, state.File{
					Path: path, Owner: owners[i%3], Splice: rnd.IntN(2) == 0, Content: fmt.Appendf(nil, "text %d", rnd.IntN(3)),
				})
			}
		}
		before := snapshot(t, dir)
		tree := open(t, dir)
		p := makePlan(t, tree, files...)
		if len(p.Refused()) > 0 {
			refused++
			require.Error(t, tree.Apply(t.Context(), p))
			require.Equal(t, before, snapshot(t, dir))
			for _, a := range p.Refused() { // its user makes way
				delete(mine, a.Path)
				require.NoError(t, os.Remove(filepath.Join(dir, filepath.FromSlash(a.Path))))
			}
			continue
		}
		require.NoError(t, tree.Apply(t.Context(), p))
		for path, content := range mine {
			require.Equal(t, content, read(t, dir, path))
		}
		require.Empty(t, makePlan(t, tree, files...).Changes())
	}
	assert.Greater(t, refused, 20)
	assert.Less(t, refused, 380)
}

func BenchmarkRun(b *testing.B) {
	var files []state.File
	for i := range 60 {
		files = append(files, generated(fmt.Sprintf("internal/p%d/f%d.go", i/3, i), strings.Repeat("// a line of code\n", 300)))
	}
	run := func(b *testing.B, dir string) {
		b.Helper()
		tree, err := write.Open(dir)
		require.NoError(b, err)
		base, err := tree.State()
		require.NoError(b, err)
		p, err := plan.Make(base, tree.Look, files, plan.Options{})
		require.NoError(b, err)
		require.NoError(b, tree.Apply(b.Context(), p))
		require.NoError(b, tree.Close())
	}
	b.Run("cold", func(b *testing.B) {
		root := b.TempDir()
		for i := 0; b.Loop(); i++ {
			run(b, filepath.Join(root, fmt.Sprint(i)))
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		dir := b.TempDir()
		run(b, dir)
		for b.Loop() {
			run(b, dir)
		}
	})
}
