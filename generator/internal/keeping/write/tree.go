// Package write performs a plan in an output folder. Everything goes through [os.Root], so nothing outside the folder is
// read or written, whatever symbolic links stand in it.
package write

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// Tree is an output folder, which need not exist before [Locker.Lock].
type Tree struct {
	dir  string
	root *os.Root // nil while the folder does not exist
}

// Open opens the folder dir, or stands for one that is still to be created. Something else at dir is an error.
func Open(dir string) (*Tree, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Tree{dir: dir}, nil
	case err != nil:
		return nil, fmt.Errorf("cannot write to %s: %w", dir, disk.Cause(err))
	case !info.IsDir():
		return nil, fmt.Errorf("cannot write to %s: it is a file, and a folder is wanted", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot write to %s: %w", dir, disk.Cause(err))
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

// Look is what stands at a path of the tree now.
func (t *Tree) Look(path string) disk.Found { return disk.Look(t.root, path) }

// ReadFile is [os.ReadFile] of a path of the tree as [Tree.Look] sees it.
func (t *Tree) ReadFile(path string) ([]byte, error) { return t.Look(path).Read(path) }
