package write

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// lockPath is a file that exists while a run writes: Windows locks no folders.
const lockPath = state.Dir + "/lock"

// lock waits until no other run writes to the folder, and keeps others from it. The lock ends with the process; what is
// left of one that was killed is an empty file, which the next run removes.
func (t *Tree) lock() (unlock func(), err error) {
	_ = t.root.Mkdir(state.Dir, 0o755) // what keeps it from being a folder is told by the next step
	file, err := t.root.OpenFile(lockPath, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", t.dir, cause(err))
	}
	release := func() {
		_ = file.Close()
		_ = t.root.Remove(lockPath) // refused while another run has it open: that one removes it
		prune(t.root, state.Dir)
	}
	if err := windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, new(windows.Overlapped)); err != nil {
		release()
		return nil, fmt.Errorf("cannot lock %s: %w", t.dir, err)
	}
	return release, nil
}
