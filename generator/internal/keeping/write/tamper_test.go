package write

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

var tampered = flag.Int("tampered", 200, "how many trees TestTampering makes with a memory that somebody has tampered with")

// TestTampering: whatever stands in .msgen, a run touches nothing but the files that are msgen's.
func TestTampering(t *testing.T) {
	pristine := filepath.Join(t.TempDir(), "pristine")
	pristineTree(t, pristine)
	ours := map[string]bool{}
	for n := 1; n <= 2; n++ {
		for _, file := range version(n) {
			ours["tree/"+file.Path] = true
		}
	}
	others := func(dir string) map[string]string {
		found := contentsOf(t, dir)
		maps.DeleteFunc(found, func(file, _ string) bool {
			return ours[file] || strings.HasPrefix(file, "tree/"+state.Dir+"/") || isTemp(path.Base(file))
		})
		return found
	}
	want := others(pristine)
	require.Len(t, want, 5)
	rnd := rand.New(rand.NewPCG(7, 11))
	whole := 0
	for i := range *tampered {
		dir := filepath.Join(t.TempDir(), "copy")
		require.NoError(t, os.CopyFS(dir, os.DirFS(pristine)))
		tree := filepath.Join(dir, "tree")
		var done []string
		for range 1 + rnd.IntN(3) {
			done = append(done, tamper(t, rnd, tree))
		}
		if run(t, tree) == nil {
			whole++
		}
		require.Equal(t, want, others(dir), "tree %d: %s", i, strings.Join(done, ", then "))
		require.NoError(t, os.RemoveAll(dir))
	}
	assert.Greater(t, whole, *tampered/20, "some are still good enough to go on")
	assert.Less(t, whole, *tampered, "and some are not")
}

// run is a run to version 2.
func run(t *testing.T, dir string) error {
	tree, err := Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = tree.Close() }()
	if err := tree.Recover(t.Context(), Locker{}); err != nil {
		return err
	}
	base, err := tree.State()
	if err != nil {
		return err
	}
	p, err := plan.Make(base, tree.Look, version(2), plan.Options{Version: "v2", OverwriteGenerated: true})
	if err != nil {
		return err
	}
	return tree.Apply(t.Context(), p)
}

// pristineTree is a tree of version 1 in a repository, with files of its user's in it and around it.
func pristineTree(t *testing.T, dir string) {
	t.Helper()
	tree := filepath.Join(dir, "tree")
	require.NoError(t, os.MkdirAll(tree, 0o755))
	disk, p := planFor(t, tree, 1)
	require.NoError(t, disk.Apply(t.Context(), p))
	for _, file := range []string{"outside/a.go", "tree/mine.go", "tree/only1/mine.go", "tree/.git/hooks/post-commit", "tree/.git/config"} {
		place(t, dir, file, "mine")
	}
	require.NoError(t, os.Symlink("../outside", filepath.Join(tree, "out")))
	require.NoError(t, os.Symlink(".git", filepath.Join(tree, "git")))
}

// targets are where somebody would like msgen to write or remove, and a few of msgen's own.
var targets = []string{
	"mine.go", "only1/mine.go", "../outside/a.go", "out/a.go", "/tmp/a.go", ".git/config", ".git/hooks/post-commit", ".GIT/config", "git/config",
	"git/hooks/post-commit", "GIT~1/config", "p0/f.go", "p0/.git", "same.go", "go.mod", ".msgen/state.json", ".msgen/base/../../mine.go", ".msgen/base/go.mod",
	".msgen/base/.git/config", "..", ".", "", "p0", "new/a.go", "mine.go/x", `..\outside\a.go`, "Makefile",
}

// tamper does one thing to the memory of a tree, and says what.
func tamper(t *testing.T, rnd *rand.Rand, tree string) string {
	t.Helper()
	files := slices.Sorted(maps.Keys(contentsOf(t, filepath.Join(tree, state.Dir))))
	if len(files) == 0 {
		return "nothing is left"
	}
	name := files[rnd.IntN(len(files))]
	file := filepath.Join(tree, state.Dir, filepath.FromSlash(name))
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	change := func(what string, content []byte) string {
		replace(t, file, content)
		return what + " " + name
	}
	switch rnd.IntN(8) {
	case 0:
		if len(content) > 0 {
			content[rnd.IntN(len(content))] ^= 1 << rnd.IntN(8)
		}
		return change("flip a bit of", content)
	case 1:
		return change("cut", content[:rnd.IntN(len(content)+1)])
	case 2:
		require.NoError(t, os.Remove(file))
		require.NoError(t, os.Symlink(filepath.Join(tree, "mine.go"), file))
		return "link " + name
	case 3:
		require.NoError(t, os.RemoveAll(filepath.Join(tree, ".msgen/base")))
		require.NoError(t, os.Symlink([]string{"../.git", "../../outside", ".."}[rnd.IntN(3)], filepath.Join(tree, ".msgen/base")))
		return "link the bases"
	case 4, 5:
		return "rename in the state: " + renameInState(t, rnd, tree)
	default:
		return "a journal: " + forgedJournal(t, rnd, tree)
	}
}

// renameInState puts another path in the place of one that the state lists, and its neighbours'.
func renameInState(t *testing.T, rnd *rand.Rand, tree string) string {
	t.Helper()
	file := filepath.Join(tree, filepath.FromSlash(state.Path))
	content, err := os.ReadFile(file)
	if err != nil {
		return "there is none"
	}
	paths := []string{"same.go", "go.mod", "only1/a.go", "p0/f.go", "p3/f.go", "Makefile", "generated", "merged"}
	old, now := paths[rnd.IntN(len(paths))], targets[rnd.IntN(len(targets))]
	quoted, err := json.Marshal(now)
	require.NoError(t, err)
	replace(t, file, bytes.ReplaceAll(content, []byte(`"`+old+`"`), quoted))
	return old + " is " + now
}

// forgedJournal writes a journal, and the temporary files that it speaks of.
func forgedJournal(t *testing.T, rnd *rand.Rand, tree string) string {
	t.Helper()
	sums := []string{"", state.Sum([]byte("mine")), state.Sum([]byte("evil")), state.Sum([]byte("same")), state.Sum([]byte("file 0 of 1"))}
	sum := func() string { return sums[rnd.IntN(len(sums))] }
	rename := func() journalRename {
		to := targets[rnd.IntN(len(targets))]
		from := path.Join(path.Dir(to), strangersTemp)
		if rnd.IntN(5) == 0 {
			from = targets[rnd.IntN(len(targets))]
		} else {
			plant(tree, from)
		}
		was := sum()
		if strings.HasSuffix(to, "mine.go") { // with the right sum it would be what a run writes that adds to its user's Go
			was = ""
		}
		return journalRename{From: from, To: to, Sum: sums[2], Was: was}
	}
	var j journal
	for range 1 + rnd.IntN(2) {
		switch rnd.IntN(3) {
		case 0:
			j.Renames = append(j.Renames, rename())
		case 1:
			j.Memory = append(j.Memory, rename())
		default:
			j.Removals = append(j.Removals, journalRemoval{targets[rnd.IntN(len(targets))], sum()})
		}
	}
	content, err := json.Marshal(j)
	require.NoError(t, err)
	replace(t, filepath.Join(tree, filepath.FromSlash(state.JournalPath)), content)
	return string(content)
}

// replace writes a file in the place of what stands there, which may be a link.
func replace(t *testing.T, file string, content []byte) {
	t.Helper()
	_ = os.Remove(file)
	require.NoError(t, os.WriteFile(file, content, 0o644))
}

// plant puts a temporary file into a folder that there is in the tree or next to it.
func plant(tree, name string) {
	name = filepath.Join(tree, filepath.FromSlash(name))
	if info, err := os.Stat(filepath.Dir(name)); err == nil && info.IsDir() && strings.HasPrefix(name, filepath.Dir(tree)) {
		_ = os.WriteFile(name, []byte("evil"), fs.FileMode(0o644))
	}
}
