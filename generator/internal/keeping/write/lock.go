package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// A run asks again for a lock that another one holds, ever more seldom: no system call for a lock ends with a context.
const (
	firstPause   = time.Millisecond
	longestPause = 20 * time.Millisecond
	noticeAfter  = time.Second
)

// Locker takes locks for a run. The zero Locker works, and reports no wait.
type Locker struct {
	Command string // of the run, as its user typed it; others show it while they wait for the run

	// Waiting learns of each lock that another run holds for more than a second: the folder as it was passed to
	// [Locker.Lock], and the run. It is called once for each lock; nil: never.
	Waiting func(dir string, holder Holder)
}

// Lock waits until no other run writes to the folders, and keeps others out of them until unlock, which may be called
// more than once. Every run takes its locks in one order, sorted by path and an inner folder before the one around it, so
// no two runs wait for each other. That holds within one call: a run that has locks must not call Lock again.
//
// The locks leave no file behind, and end with the process. Lock creates the folders that do not exist; unlock removes
// the ones that stayed empty. When ctx ends, the wait ends with the error of ctx.
func (l Locker) Lock(ctx context.Context, dirs ...string) (unlock func(), err error) {
	folders, err := inOrder(dirs)
	if err != nil {
		return nil, err
	}
	h := &holding{locker: l}
	for _, p := range folders {
		if err := h.take(ctx, p); err != nil {
			h.release()
			return nil, err
		}
	}
	h.note.write(l.Command, h.paths())
	return sync.OnceFunc(h.release), nil
}

// holding is the locks that a run has so far.
type holding struct {
	locker Locker
	locks  []lock   // in the order in which they were taken
	made   []string // the folders that were created, parents first
	note   note
}

type lock struct {
	path string
	file *os.File
}

// take waits for the lock of one folder.
func (h *holding) take(ctx context.Context, p lockedFolder) error {
	var notice <-chan time.Time
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if taken, err := h.try(p); err != nil || taken {
			return err
		}
		if notice == nil {
			notice = time.After(noticeAfter)
			h.note.write(h.locker.Command, h.paths()) // others may wait for these meanwhile
		}
		select {
		case <-ctx.Done():
		case <-notice: // it comes once
			h.report(p)
		case <-time.After(pause):
		}
	}
}

// try takes the lock of a folder if no other run has it.
func (h *holding) try(p lockedFolder) (taken bool, err error) {
	if err := h.create(p.path); err != nil {
		return false, fmt.Errorf("cannot create %s: %w", p.dir, disk.Cause(err))
	}
	file, err := openLock(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // the run that had created the folder removed it just now
	}
	if err != nil {
		return false, fmt.Errorf("cannot lock %s: %w", p.dir, disk.Cause(err))
	}
	free, err := tryLock(file)
	switch {
	case err != nil:
		err = fmt.Errorf("cannot lock %s: %w", p.dir, err)
	case free && isAt(file, lockPath(p.path)):
		h.locks = append(h.locks, lock{p.path, file})
		return true, nil
	case !free:
		taken = h.has(file)
	}
	_ = file.Close()
	return taken, err
}

// isAt reports whether a file is still the one at the path: the run that had the lock before may have removed it.
func isAt(file *os.File, path string) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	found, err := os.Stat(path)
	return err == nil && os.SameFile(opened, found)
}

// has reports whether the run itself holds the lock, under another name of the folder: a file system may ignore case, or
// show one folder in two folders.
func (h *holding) has(file *os.File) bool {
	return slices.ContainsFunc(h.locks, func(l lock) bool { return isAt(file, lockPath(l.path)) })
}

func (h *holding) report(p lockedFolder) {
	if h.locker.Waiting != nil {
		h.locker.Waiting(p.dir, holderOf(p.path))
	}
}

func (h *holding) paths() []string {
	paths := make([]string, len(h.locks))
	for i, l := range h.locks {
		paths[i] = l.path
	}
	return paths
}

// release removes what the locks have left on disk while they still keep others out.
func (h *holding) release() {
	h.note.remove()
	for _, l := range h.locks {
		clearLock(l.path)
	}
	h.prune()
	for _, l := range h.locks {
		_ = l.file.Close()
	}
	if closingRemoves {
		for _, l := range h.locks {
			pruneLock(l.path)
		}
		h.prune()
	}
}

// prune removes the folders that stayed empty.
func (h *holding) prune() {
	for _, folder := range slices.Backward(h.made) {
		_ = os.Remove(folder) // refused unless it is empty
	}
}
