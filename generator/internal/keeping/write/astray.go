package write

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// astray is the error of work that symbolic links lead to where msgen writes nothing: into .git, or from a file of the tree
// to msgen's memory. A link from one folder of the tree to another is its user's way to arrange it.
func (t *Tree) astray(w work) error {
	root, err := realPath(t.dir)
	if err != nil {
		return disk.Cause(err)
	}
	led := map[string]string{} // where each folder is
	for _, file := range w.paths() {
		folder := path.Dir(file)
		if _, known := led[folder]; !known {
			led[folder] = below(root, folder)
		}
		if to := path.Join(led[folder], path.Base(file)); !sameKind(file, to) {
			return fmt.Errorf("%s is %s by a symbolic link, where msgen writes nothing; remove the link", file, to)
		}
	}
	return nil
}

// below is where a folder of a tree is by its symbolic links, from the root of the tree. A folder that cannot be reached is where its
// name says: writing to it fails.
func below(root, folder string) string {
	resolved, err := realPath(filepath.Join(root, filepath.FromSlash(folder)))
	if err != nil {
		return folder
	}
	rel, err := filepath.Rel(root, resolved)
	if err != nil {
		return resolved
	}
	return filepath.ToSlash(rel)
}

// sameKind reports whether both paths are of files of the tree, or both of msgen's memory.
func sameKind(file, to string) bool {
	return state.Emittable(file) && state.Emittable(to) || state.Remembered(file) && state.Remembered(to)
}
