//go:build unix

package write

import (
	"context"
	"fmt"
	"io"
	"maps"
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
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// The folders that a process of this test binary works on.
const (
	victimVariable = "MSGEN_TEST_VICTIM"
	holderVariable = "MSGEN_TEST_HOLDER"
)

// TestMain is also the processes that tests kill. Tests leave notes in a folder of their own.
func TestMain(m *testing.M) {
	var err error
	switch {
	case os.Getenv(victimVariable) != "":
		err = update(os.Getenv(victimVariable))
	case os.Getenv(holderVariable) != "":
		err = hold(os.Getenv(holderVariable))
	default:
		os.Exit(inOwnCache(m.Run))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func inOwnCache(run func() int) int {
	dir, err := os.MkdirTemp("", "msgen-cache-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, name := range []string{"XDG_CACHE_HOME", "HOME"} {
		if err := os.Setenv(name, dir); err != nil {
			panic(err)
		}
	}
	return run()
}

// update brings a folder to version 2 once standard input ends.
func update(dir string) error {
	tree, err := Open(dir)
	if err != nil {
		return err
	}
	base, err := tree.State()
	if err != nil {
		return err
	}
	p, err := plan.Make(base, tree.Look, version(2), plan.Options{Version: "v2"})
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return tree.Apply(context.Background(), p)
}

// hold locks a folder, says so, and keeps the lock until standard input ends.
func hold(dir string) error {
	_, err := Locker{Command: "msgen generate --all ."}.Lock(context.Background(), dir)
	if err != nil {
		return err
	}
	fmt.Println("locked")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return nil
}

// startHolder is a process that has locked dir.
func startHolder(t *testing.T, dir string, env ...string) *exec.Cmd {
	t.Helper()
	holder := exec.Command(os.Args[0])
	holder.Env = append(append(os.Environ(), holderVariable+"="+dir), env...)
	_, err := holder.StdinPipe()
	require.NoError(t, err)
	stdout, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	t.Cleanup(func() {
		_ = holder.Process.Kill()
		_ = holder.Wait()
	})
	line := make([]byte, len("locked"))
	_, err = io.ReadFull(stdout, line)
	require.NoError(t, err)
	return holder
}

// TestAWaitNamesItsHolder and gets the lock when that process is killed.
func TestAWaitNamesItsHolder(t *testing.T) {
	dir, free := t.TempDir(), t.TempDir()
	holder := startHolder(t, dir)
	var waits []string
	unlock, err := Locker{Waiting: func(dir string, by Holder) {
		waits = append(waits, fmt.Sprintf("%s: %s", dir, by))
		time.AfterFunc(100*time.Millisecond, func() { _ = holder.Process.Kill() })
	}}.Lock(t.Context(), dir, free)
	require.NoError(t, err)
	defer unlock()
	assert.Equal(t, []string{fmt.Sprintf("%s: process %d (msgen generate --all .)", dir, holder.Process.Pid)}, waits)
}

// TestTheNoteOfAKilledRunIsNotBelieved: the run that holds the lock has no note, and one that was killed has left its own.
func TestTheNoteOfAKilledRunIsNotBelieved(t *testing.T) {
	dir := t.TempDir()
	killed := startHolder(t, dir)
	require.NoError(t, killed.Process.Kill())
	_ = killed.Wait()
	notes, err := notesDir()
	require.NoError(t, err)
	left, err := os.ReadDir(notes)
	require.NoError(t, err)
	require.NotEmpty(t, left)

	startHolder(t, dir, "XDG_CACHE_HOME=/dev/null", "HOME=/dev/null")
	assert.Equal(t, "another run", holderOf(dir).String())
	left, err = os.ReadDir(notes)
	require.NoError(t, err)
	assert.Empty(t, left, "it is removed")
}

// TestAWaitingRunIsKnownToo by the locks that it has so far.
func TestAWaitingRunIsKnownToo(t *testing.T) {
	root := t.TempDir()
	first, second := filepath.Join(root, "a"), filepath.Join(root, "b")
	startHolder(t, second)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := Locker{Command: "msgen generate"}.Lock(ctx, first, second)
		ended <- err
	}()
	want := fmt.Sprintf("process %d (msgen generate)", os.Getpid())
	assert.Eventually(t, func() bool { return holderOf(first).String() == want }, 10*time.Second, 5*time.Millisecond)
	assert.Contains(t, holderOf(second).String(), "(msgen generate --all .)")
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	assert.Equal(t, "another run", holderOf(first).String(), "it has no lock any longer")
}

// edited is a tree of version 1 that its user has worked in.
func edited(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	tree, p := planFor(t, dir, 1)
	require.NoError(t, tree.Apply(t.Context(), p))
	place(t, dir, "mine.go", "mine")
	place(t, dir, "Makefile", contentsOf(t, dir)["Makefile"]+"\nmine:\n\ttrue\n")
	return dir
}

// brought is a copy of a tree brought to another version.
func brought(t *testing.T, dir string, n int) map[string]string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "tree")
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	tree, p := planFor(t, copied, n)
	require.NoError(t, tree.Apply(t.Context(), p))
	return contentsOf(t, copied)
}

// TestKilled kills a run at 200 random moments: at no time is a file half-written, and the next run makes the tree that
// an uninterrupted one makes, of the version that was to come or of another, with all that its user has put there.
func TestKilled(t *testing.T) {
	old := edited(t)
	want := map[int]map[string]string{2: brought(t, old, 2), 3: brought(t, old, 3)}
	require.Contains(t, want[3]["Makefile"], "\tgo build\n\nmine:\n\ttrue\n")
	require.Equal(t, "mine", want[3]["mine.go"])
	whole := map[string][]string{} // what each path may hold
	for _, version := range []map[string]string{contentsOf(t, old), want[2]} {
		for path, content := range version {
			whole[path] = append(whole[path], content)
		}
	}
	rnd := rand.New(rand.NewPCG(5, 5))
	took := 20 * time.Millisecond
	for i := range 200 {
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
			if !strings.HasSuffix(path, tempSuffix) && path != state.JournalPath {
				require.Contains(t, whole[path], content, "%s is old or new", path)
			}
		}
		n := 2 + i%2
		tree, p := planFor(t, dir, n)
		require.NoError(t, tree.Apply(t.Context(), p))
		got := contentsOf(t, dir)
		maps.DeleteFunc(got, func(path, _ string) bool { // in a folder that the other version does not have, nothing is swept
			return n == 3 && strings.HasPrefix(path, "only2/"+tempPrefix)
		})
		require.Equal(t, want[n], got)
		require.NoError(t, tree.Close())
	}
}

// writeSeen plans for a view of a folder, as a run does, and writes unless the folder has changed since.
func writeSeen(ctx context.Context, dir string, n int) (written bool, err error) {
	view := disk.From(dir)
	seen, err := view.Tree(dir)
	if err != nil {
		return false, err
	}
	base, err := state.Read(seen)
	if err != nil {
		return false, err
	}
	p, err := plan.Make(base, seen.Look, version(n), plan.Options{Version: fmt.Sprint("v", n)})
	if err != nil {
		return false, err
	}
	unlock, err := Locker{}.Lock(ctx, dir)
	if err != nil {
		return false, err
	}
	defer unlock()
	if view.Changed() != "" {
		return false, nil
	}
	tree, err := Open(dir)
	if err != nil {
		return false, err
	}
	return true, tree.Write(p)
}

// TestTwoRunsDoNotInterleave: however many write at the same time, the tree is always the whole work of one of them.
func TestTwoRunsDoNotInterleave(t *testing.T) {
	for range 10 {
		dir := t.TempDir()
		var wait sync.WaitGroup
		for n := 1; n <= 6; n++ {
			wait.Go(func() {
				for range 100 {
					if written, err := writeSeen(t.Context(), dir, n); written || !assert.NoError(t, err) {
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
	require.NoError(t, tree.Apply(t.Context(), p))
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
	err = tree.Apply(t.Context(), p)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	assert.EqualError(t, err, "nothing was written: cannot write p9/big.go: file too large")
	assert.Equal(t, before, contentsOf(t, dir))
	assert.NoDirExists(t, filepath.Join(dir, "p9"))
}

// TestAReadOnlyFolderLeavesTheOldTree is run as somebody whom permissions bind.
func TestAReadOnlyFolderLeavesTheOldTree(t *testing.T) {
	dir := t.TempDir()
	tree, p := planFor(t, dir, 1)
	require.NoError(t, tree.Apply(t.Context(), p))
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
	err := tree.Apply(t.Context(), p)
	if os.Getuid() == 0 {
		require.NoError(t, syscall.Seteuid(0))
	}
	assert.EqualError(t, err, "nothing was written: cannot write p2/f.go: permission denied")
	assert.Equal(t, before, contentsOf(t, dir))
}
