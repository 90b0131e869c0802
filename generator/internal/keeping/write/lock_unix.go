//go:build unix

package write

import (
	"errors"
	"os"
	"syscall"
)

// lockPath is the file that is locked for a folder: the folder itself.
func lockPath(dir string) string { return dir }

// openLock opens what tryLock locks.
func openLock(dir string) (*os.File, error) { return os.Open(dir) }

// clearLock has nothing to remove here.
func clearLock(string) {}

const closingRemoves = false

func pruneLock(string) {}

// tryLock takes the lock of a file if nobody has it. The lock ends when the file is closed, by the run or with its process.
func tryLock(file *os.File) (free bool, err error) {
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return err == nil, err
		}
	}
}
