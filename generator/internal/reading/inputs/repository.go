package inputs

import (
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// repositoryMarks are what a version control system has in the root of a repository. A worktree and a submodule of git's have a
// file .git there.
var repositoryMarks = []string{".git", ".hg", ".jj", ".svn"}

// repositoryOf is the nearest folder at or above dir that is the root of a repository, absolute.
func repositoryOf(view *disk.View, dir string) (string, bool) {
	for dir := view.Abs(dir); ; dir = filepath.Dir(dir) {
		for _, mark := range repositoryMarks {
			if view.Exists(filepath.Join(dir, mark)) {
				return dir, true
			}
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

// Repository is the folder around the tree that is cloned and moved as one, absolute: the root of the repository. An export of
// a repository has no mark of it, so the tree remembers its place. Without any of these it is the folder of the system that the
// run is for, or of the go.mod without which the tree does not build; otherwise the tree itself.
func (in *Settled) Repository() string {
	root := in.Root()
	module, hasModule := in.View.Above(root, "go.mod")
	if repository, ok := repositoryOf(in.View, root); ok {
		if hasModule && inside(module, repository) {
			return module // a submodule in a bigger module, which CI cannot build without it
		}
		return repository
	}
	if above, ok := strings.CutSuffix(filepath.ToSlash(root), "/"+in.Memory.Inputs.InRepository); ok && in.Memory.Inputs.InRepository != "" {
		return filepath.Clean(filepath.FromSlash(above + "/"))
	}
	if around, ok := in.around(); ok && inside(around, root) {
		return around
	}
	if hasModule {
		return module
	}
	return root
}

// InRepository is a path as seen from the root of the repository, slash-separated.
func (in *Settled) InRepository(path string) string { return relative(in.View, in.Repository(), path) }

// around is the folder of the system that the tree is part of, absolute.
func (in *Settled) around() (string, bool) {
	switch {
	case in.Around != "":
		return in.View.Abs(in.Around), true
	case in.System != "":
		return in.View.Abs(filepath.Dir(in.System)), true
	default:
		return "", false
	}
}
