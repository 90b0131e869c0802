// Package write looks at an output folder and performs a plan in it. Everything goes through [os.Root], so nothing
// outside the folder is read or written, whatever symbolic links stand in it.
package write

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Tree is an output folder, which need not exist before [Locker.Lock].
type Tree struct {
	dir  string
	root *os.Root // nil while the folder does not exist

	stateSum string // of state.json when it was read; empty: there was none
}

// Open opens the folder dir, or stands for one that is still to be created. Something else at dir is an error.
func Open(dir string) (*Tree, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Tree{dir: dir}, nil
	case err != nil:
		return nil, fmt.Errorf("cannot write to %s: %w", dir, cause(err))
	case !info.IsDir():
		return nil, fmt.Errorf("cannot write to %s: it is a file, and a folder is wanted", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot write to %s: %w", dir, cause(err))
	}
	return &Tree{dir: dir, root: root}, nil
}

// Close lets go of the folder.
func (t *Tree) Close() error {
	if t.root == nil {
		return nil
	}
	return t.root.Close()
}

// State reads what msgen remembers of the tree; its errors are those of [state.Read].
func (t *Tree) State() (*state.State, error) {
	if t.root == nil {
		return &state.State{}, nil
	}
	t.stateSum = t.sum(state.Path)
	return state.Read(t.root.FS())
}

// Look is the tree's [plan.Disk].
func (t *Tree) Look(path string) plan.Found {
	if t.root == nil {
		return plan.Found{}
	}
	info, err := t.root.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return plan.Found{}
	case errors.Is(err, syscall.ENOTDIR):
		return plan.Found{Kind: plan.Blocked, Detail: "is below a file, where a folder is wanted"}
	case err != nil:
		return plan.Found{Kind: plan.Blocked, Detail: "cannot be reached: " + cause(err).Error()}
	case !info.Mode().IsRegular():
		return plan.Found{Kind: plan.Special, Detail: "is " + kindOf(info.Mode()) + ", where a file is wanted"}
	}
	content, err := t.root.ReadFile(path)
	if err != nil {
		return plan.Found{Kind: plan.Special, Detail: "cannot be read: " + cause(err).Error()}
	}
	return plan.Found{Kind: plan.Regular, Content: content, Mode: info.Mode().Perm()}
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	default:
		return "no ordinary file"
	}
}

// cause is the error without the system call and the path that the os package puts before it: messages here name
// the path that their reader knows, which may not be that of the temporary file.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}
