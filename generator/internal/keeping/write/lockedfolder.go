package write

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// lockedFolder is a folder that is to be locked.
type lockedFolder struct {
	dir  string // as the run names it
	path string // absolute, without symbolic links
}

// inOrder is the folders in the order in which every run locks them, each once.
func inOrder(dirs []string) ([]lockedFolder, error) {
	var folders []lockedFolder
	for _, dir := range dirs {
		path, err := realPath(dir)
		if err != nil {
			return nil, fmt.Errorf("cannot lock %s: %w", dir, disk.Cause(err))
		}
		folders = append(folders, lockedFolder{dir, path})
	}
	slices.SortStableFunc(folders, func(a, b lockedFolder) int { return strings.Compare(sortKey(a.path), sortKey(b.path)) })
	return slices.CompactFunc(folders, func(a, b lockedFolder) bool { return a.path == b.path }), nil
}

// sortKey sorts paths by their elements, and a folder after all that is in it: the end of a path comes after any name.
func sortKey(path string) string {
	return strings.ReplaceAll(path, string(filepath.Separator), "\x00") + "\xff"
}

// realPath is an absolute path without symbolic links, of a folder that need not exist.
func realPath(dir string) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	found, err := filepath.EvalSymlinks(path)
	parent := filepath.Dir(path)
	if !errors.Is(err, fs.ErrNotExist) || parent == path {
		return found, err
	}
	parent, err = realPath(parent)
	return filepath.Join(parent, filepath.Base(path)), err
}

// create makes a folder and those above it, where they are missing.
func (h *holding) create(path string) error {
	switch info, err := os.Stat(path); {
	case err == nil && !info.IsDir():
		return syscall.ENOTDIR
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if parent := filepath.Dir(path); parent != path {
		if err := h.create(parent); err != nil {
			return err
		}
	}
	err := os.Mkdir(path, 0o755)
	if err == nil {
		h.made = append(h.made, path)
		return nil
	}
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		return nil // another run was faster
	}
	return err
}
