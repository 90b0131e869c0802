package generator

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// sameRepository reports whether a file stands in the tree at out, or in the repository around it.
func sameRepository(out, file string) bool {
	abs, err := filepath.Abs(file)
	if err != nil {
		return false
	}
	if inside(out, abs) {
		return true
	}
	repository, ok := above(out, ".git")
	if !ok || !inside(repository, abs) {
		return false
	}
	of, ok := above(abs, ".git")
	return ok && of == repository
}

// movesAlong reports whether the relative path from a tree to a folder stays the same when the repository around the
// tree is moved: the folder stands in it, or holds all of it.
func movesAlong(out, dir string) bool {
	abs, err := filepath.Abs(dir)
	return err == nil && (inside(abs, out) || sameRepository(out, dir))
}

func inside(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}

// relative is a path as the tree at out remembers it.
func relative(out, file string) string {
	abs, err := filepath.Abs(file)
	if err != nil {
		return filepath.ToSlash(file)
	}
	rel, err := filepath.Rel(out, abs)
	if err != nil {
		return filepath.ToSlash(file)
	}
	return strings.TrimSuffix(filepath.ToSlash(rel), "/")
}

// treeAround is the nearest folder at or above dir that msgen has written a tree to; dir itself if there is none.
func treeAround(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	found, ok := above(abs, filepath.FromSlash(state.Path))
	if !ok {
		return dir
	}
	if rel, err := filepath.Rel(abs, found); err == nil {
		return filepath.Join(dir, rel)
	}
	return found
}

// above is the nearest folder at or above abs that holds name.
func above(abs, name string) (string, bool) {
	for dir := abs; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, name)) {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// cause is an error without the operation and the path, which its reader has in front of them.
func cause(err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err.Error()
	}
	return err.Error()
}
