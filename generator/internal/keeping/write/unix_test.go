//go:build unix

package write

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

const victimVariable = "MSGEN_TEST_VICTIM"

// TestMain is also the process that is killed: it brings the folder that the variable names to version 2 once its
// standard input ends.
func TestMain(m *testing.M) {
	dir := os.Getenv(victimVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	tree, err := Open(dir)
	if err == nil {
		var base *state.State
		if base, err = tree.State(); err == nil {
			var p *plan.Plan
			if p, err = plan.Make(base, tree.Look, version(2), plan.Options{Version: "v2"}); err == nil {
				_, _ = io.Copy(io.Discard, os.Stdin)
				err = tree.Apply(p)
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestKilled kills a run at 200 random moments: at no time is a file half-written, and the next run makes the tree that
// an uninterrupted one makes.
func TestKilled(t *testing.T) {
	want := after(t)
	old := t.TempDir()
	tree, p := planFor(t, old, 1)
	require.NoError(t, tree.Apply(p))
	whole := map[string][]string{} // what each path may hold
	for _, version := range []map[string]string{contentsOf(t, old), want} {
		for path, content := range version {
			whole[path] = append(whole[path], content)
		}
	}
	rnd := rand.New(rand.NewPCG(5, 5))
	took := 20 * time.Millisecond
	for range 200 {
		dir := filepath.Join(t.TempDir(), "tree")
		require.NoError(t, os.CopyFS(dir, os.DirFS(old)))
		victim := exec.Command(os.Args[0])
		victim.Env = append(os.Environ(), victimVariable+"="+dir, "GORACE=atexit_sleep_ms=0") // by default a program under -race ends a second late
		stdin, err := victim.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, victim.Start())
		begun := time.Now()
		require.NoError(t, stdin.Close())
		time.Sleep(time.Duration(rnd.Int64N(int64(took))))
		_ = victim.Process.Kill()
		if victim.Wait() == nil { // it was faster: the next one is killed earlier
			took = max(time.Millisecond, min(took, time.Since(begun)))
		} else {
			took += took / 20
		}

		for path, content := range contentsOf(t, dir) {
			if !strings.HasSuffix(path, tempSuffix) && path != journalPath {
				require.Contains(t, whole[path], content, "%s is old or new", path)
			}
		}
		tree, p := planFor(t, dir, 2)
		require.NoError(t, tree.Apply(p))
		require.Equal(t, want, contentsOf(t, dir))
		require.NoError(t, tree.Close())
	}
}

// TestTwoRunsDoNotInterleave: however many write at the same time, the tree is at any end that of one of them.
func TestTwoRunsDoNotInterleave(t *testing.T) {
	for range 10 {
		dir := t.TempDir()
		var wait sync.WaitGroup
		for n := 1; n <= 6; n++ {
			wait.Go(func() {
				for range 100 {
					tree, p := planFor(t, dir, n)
					err := tree.Apply(p)
					if _, stale := errors.AsType[*StaleError](err); !stale {
						assert.NoError(t, err)
						return
					}
				}
				assert.Fail(t, "never got to write")
			})
		}
		wait.Wait()
		n := slices.IndexFunc([]int{1, 2, 3, 4, 5, 6}, func(n int) bool {
			_, p := planFor(t, dir, n)
			return len(p.Changes()) == 0
		})
		assert.GreaterOrEqual(t, n, 0, "a mixture of versions: %v", contentsOf(t, dir))
	}
}

// TestAFullDiskLeavesTheOldTree limits how big a file this process can write: to more than the log that Go keeps of a test.
func TestAFullDiskLeavesTheOldTree(t *testing.T) {
	dir := t.TempDir()
	tree, p := planFor(t, dir, 1)
	require.NoError(t, tree.Apply(p))
	before := contentsOf(t, dir)

	tree, err := Open(dir)
	require.NoError(t, err)
	base, err := tree.State()
	require.NoError(t, err)
	big := state.File{Path: "p9/big.go", Owner: state.Generated, Content: make([]byte, 1<<25)}
	p, err = plan.Make(base, tree.Look, append(version(2), big), plan.Options{})
	require.NoError(t, err)

	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 24, Max: limit.Max}))
	err = tree.Apply(p)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	assert.EqualError(t, err, "nothing was written: cannot write p9/big.go: file too large")
	assert.Equal(t, before, contentsOf(t, dir))
	assert.NoDirExists(t, filepath.Join(dir, "p9"))
}

// TestAReadOnlyFolderLeavesTheOldTree is run as somebody whom permissions bind.
func TestAReadOnlyFolderLeavesTheOldTree(t *testing.T) {
	dir := t.TempDir()
	tree, p := planFor(t, dir, 1)
	require.NoError(t, tree.Apply(p))
	before := contentsOf(t, dir)
	tree, p = planFor(t, dir, 2)
	for parent := dir; parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		require.NoError(t, os.Chmod(parent, 0o777))
	}
	for _, sub := range []string{".msgen", ".msgen/base", "p0", "p1", "p3", "only1"} {
		require.NoError(t, os.Chmod(filepath.Join(dir, sub), 0o777))
	}
	require.NoError(t, os.Chmod(filepath.Join(dir, "p2"), 0o555))
	if os.Geteuid() == 0 {
		require.NoError(t, syscall.Seteuid(65534))
	}
	err := tree.Apply(p)
	if os.Getuid() == 0 {
		require.NoError(t, syscall.Seteuid(0))
	}
	assert.EqualError(t, err, "nothing was written: cannot write p2/f.go: permission denied")
	assert.Equal(t, before, contentsOf(t, dir))
}
