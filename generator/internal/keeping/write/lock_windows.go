package write

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// lockName is a file that exists while a run holds the lock: Windows locks no folders.
const lockName = state.Dir + "/lock"

// lockPath is the file that is locked for a folder.
func lockPath(dir string) string { return filepath.Join(dir, filepath.FromSlash(lockName)) }

// openLock opens what tryLock locks, through [os.Root], so that a link cannot lead it out of the folder.
func openLock(dir string) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	_ = root.Mkdir(state.Dir, 0o755) // the next step reports what is in the way
	return root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o644)
}

// closingRemoves says that a file may keep its name until it is closed, though it was removed: on FAT, on shares, and before
// Windows 10. A folder that is empty after that goes, though another run may be about to lock it, which then creates it.
const closingRemoves = true

// pruneLock removes the folder of the lock's file if it is empty, and no link in its place.
func pruneLock(dir string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return
	}
	defer func() { _ = root.Close() }()
	prune(root, state.Dir)
}

// clearLock removes the file before its lock ends. A run that has opened it in the meantime gets the lock of a file that is at
// no path, and notices that. The next run removes the file of a killed one.
func clearLock(dir string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return
	}
	defer func() { _ = root.Close() }()
	_ = root.Remove(lockName)
	prune(root, state.Dir)
}

// tryLock takes the lock of a file if nobody has it. The lock ends when the file is closed, by the run or with its process.
// It is on a byte far behind the content, which others may read.
func tryLock(file *os.File) (free bool, err error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: 1 << 30})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}
