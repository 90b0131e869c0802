package write

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

func TestEveryRunLocksInOneOrder(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	t.Chdir(root)
	require.NoError(t, os.MkdirAll("shop/orders", 0o755))
	require.NoError(t, os.Symlink("shop", "alias"))

	folders, err := inOrder([]string{".", "shop/payments", "shop-old", filepath.Join(root, "shop"), "alias/orders", "shop/orders", "alias/new/tree"})
	require.NoError(t, err)
	var paths []string
	for _, p := range folders {
		path, err := filepath.Rel(root, p.path)
		require.NoError(t, err)
		paths = append(paths, filepath.ToSlash(path))
	}
	assert.Equal(t, []string{"shop/new/tree", "shop/orders", "shop/payments", "shop-old", "shop", "."}, paths, "inner folders first, each once")
	assert.Equal(t, "alias/orders", folders[1].dir, "as the run names it")
}

// TestOppositeOrdersDoNotDeadlock has runs that name the same folders in every order.
func TestOppositeOrdersDoNotDeadlock(t *testing.T) {
	root := t.TempDir()
	dirs := []string{filepath.Join(root, "a"), filepath.Join(root, "b"), filepath.Join(root, "b", "c"), root}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var inside atomic.Int32
	var wait sync.WaitGroup
	for turn := range dirs {
		order := slices.Concat(dirs[turn:], dirs[:turn])
		if turn%2 == 1 {
			slices.Reverse(order)
		}
		wait.Go(func() {
			for range 50 {
				unlock, err := Locker{}.Lock(ctx, order...)
				if !assert.NoError(t, err) {
					return
				}
				assert.EqualValues(t, 1, inside.Add(1), "one run at a time")
				inside.Add(-1)
				unlock()
			}
		})
	}
	wait.Wait()
}

// TestOneFolderUnderTwoNames would wait for itself. Not every system lets a test give a folder two names, so the two are equal
// here.
func TestOneFolderUnderTwoNames(t *testing.T) {
	dir := t.TempDir()
	h := &holding{}
	defer h.release()
	for range 2 {
		taken, err := h.try(lockedFolder{dir, dir})
		require.NoError(t, err)
		assert.True(t, taken)
	}
	assert.Len(t, h.locks, 1)
}

func TestUnlockRemovesTheFoldersThatStayedEmpty(t *testing.T) {
	root := t.TempDir()
	empty, used := filepath.Join(root, "new", "empty"), filepath.Join(root, "new", "used")
	unlock, err := Locker{}.Lock(t.Context(), used, empty)
	require.NoError(t, err)
	assert.DirExists(t, empty)
	require.NoError(t, os.WriteFile(filepath.Join(used, "file"), nil, 0o644))
	unlock()
	unlock()
	assert.NoDirExists(t, empty)
	assert.FileExists(t, filepath.Join(used, "file"))

	unlock, err = Locker{}.Lock(t.Context(), filepath.Join(root, "b", "c"), filepath.Join(root, "new", "used", "file"))
	require.ErrorContains(t, err, "cannot create "+filepath.Join(root, "new", "used", "file")+": not a directory")
	assert.Nil(t, unlock)
	assert.NoDirExists(t, filepath.Join(root, "b"), "a run that does not get its locks leaves nothing behind")
}

// TestAFolderThatIsRemovedIsLockedAgain: the first run removes the folder that it has created while the second waits for it.
func TestAFolderThatIsRemovedIsLockedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	first, err := Locker{}.Lock(t.Context(), dir)
	require.NoError(t, err)
	locked := make(chan func())
	go func() {
		unlock, err := Locker{}.Lock(t.Context(), dir)
		assert.NoError(t, err)
		locked <- unlock
	}()
	time.Sleep(20 * time.Millisecond)
	first()
	second := <-locked
	defer second()
	assert.DirExists(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Locker{}.Lock(ctx, dir)
	assert.ErrorIs(t, err, context.DeadlineExceeded, "the second run locks the folder that is there")
}

func TestTheContextEndsAWait(t *testing.T) {
	dir := t.TempDir()
	unlock, err := Locker{}.Lock(t.Context(), dir)
	require.NoError(t, err)
	defer unlock()
	other := filepath.Join(filepath.Dir(dir), "000", "other") // in order before dir
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err = Locker{Waiting: func(string, Holder) { assert.Fail(t, "a wait of less than a second is not reported") }}.Lock(ctx, dir, other)
	require.ErrorIs(t, err, context.Canceled)
	assert.NoDirExists(t, filepath.Dir(other))

	_, err = Locker{}.Lock(ctx, other)
	require.ErrorIs(t, err, context.Canceled, "though the lock is free")
	unlock, err = Locker{}.Lock(t.Context(), other)
	require.NoError(t, err, "the run that was cancelled has let go of its other lock")
	unlock()
}

// TestTheJournalOfALivingRunIsNoInterruption stands for a run that is still writing: it has the lock and a journal.
func TestTheJournalOfALivingRunIsNoInterruption(t *testing.T) {
	dir := t.TempDir()
	journal := filepath.Join(dir, filepath.FromSlash(state.JournalPath))
	require.NoError(t, os.Mkdir(filepath.Dir(journal), 0o755))
	for name, killed := range map[string]bool{"a run that ends well": false, "a run that is killed": true} {
		t.Run(name, func(t *testing.T) {
			unlock, err := Locker{}.Lock(t.Context(), dir)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(journal, []byte("{}"), 0o644))

			tree, err := Open(dir)
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err = tree.Interrupted(ctx, Locker{})
			require.ErrorIs(t, err, context.DeadlineExceeded, "nobody can tell while it writes")
			require.ErrorIs(t, tree.Recover(ctx, Locker{}), context.DeadlineExceeded)
			assert.FileExists(t, journal)

			time.AfterFunc(50*time.Millisecond, func() {
				if !killed {
					assert.NoError(t, os.Remove(journal))
				}
				unlock()
			})
			interrupted, err := tree.Interrupted(t.Context(), Locker{})
			require.NoError(t, err)
			assert.Equal(t, killed, interrupted)

			require.NoError(t, tree.Recover(t.Context(), Locker{}))
			assert.NoFileExists(t, journal)
		})
	}
}

func TestAJournalIsNotWrittenOver(t *testing.T) {
	dir := t.TempDir()
	tree, p := planFor(t, dir, 1)
	journal := filepath.Join(dir, filepath.FromSlash(state.JournalPath))
	require.NoError(t, os.MkdirAll(filepath.Dir(journal), 0o755))
	require.NoError(t, os.WriteFile(journal, []byte("{}"), 0o644)) // of a run that was killed since
	before := contentsOf(t, dir)
	var stale *StaleError
	require.ErrorAs(t, tree.Write(p), &stale)
	assert.Equal(t, state.JournalPath, stale.Path)
	assert.Equal(t, before, contentsOf(t, dir))
}

// TestSeveralTreesAreWrittenUnderOneLock as a run of a system does it.
func TestSeveralTreesAreWrittenUnderOneLock(t *testing.T) {
	root := t.TempDir()
	a, b := filepath.Join(root, "a"), filepath.Join(root, "b")
	treeA, planA := planFor(t, a, 1)
	treeB, planB := planFor(t, b, 1)
	unlock, err := Locker{}.Lock(t.Context(), b, a)
	require.NoError(t, err)
	require.NoError(t, treeA.Write(planA))
	require.NoError(t, treeB.Write(planB))
	unlock()
	assert.Contains(t, contentsOf(t, a), "only1/a.go")
	assert.Contains(t, contentsOf(t, b), "only1/a.go")
}
