//go:build unix

package write

import (
	"fmt"
	"os"
	"syscall"
)

// lock waits until no other run writes to the folder, and keeps others from it. The lock is on the folder itself: it
// leaves nothing behind, and ends with the process.
func (t *Tree) lock() (unlock func(), err error) {
	dir, err := os.Open(t.dir)
	if err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", t.dir, cause(err))
	}
	for {
		err = syscall.Flock(int(dir.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR { //nolint:errorlint // it is returned as it is
			break
		}
	}
	if err != nil {
		_ = dir.Close()
		return nil, fmt.Errorf("cannot lock %s: %w", t.dir, err)
	}
	return func() { _ = dir.Close() }, nil
}
