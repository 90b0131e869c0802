package inputs

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// SameRepository reports whether a file stands in the repository around the tree, and in no other repository inside of that. A
// tree that shares stubs goes nowhere without the folder of its system.
func (in *Settled) SameRepository(file string) bool {
	root, abs := in.Root(), in.View.Abs(file)
	if inside(root, abs) || in.Shared != nil && inside(filepath.Join(root, filepath.FromSlash(path.Dir(in.Shared.System))), abs) {
		return true
	}
	repository := in.Repository()
	if !inside(repository, abs) {
		return false
	}
	of, ok := repositoryOf(in.View, abs)
	return !ok || !inside(repository, of) || of == repository
}

// MovesAlong reports whether the relative path from the tree to a folder stays the same when the repository around the
// tree is moved: the folder stands in it, or holds all of it.
func (in *Settled) MovesAlong(dir string) bool {
	return inside(in.View.Abs(dir), in.Root()) || in.SameRepository(dir)
}

// Relative is a path as the tree remembers it.
func (in *Settled) Relative(file string) string { return relative(in.View, in.Root(), file) }

// BesidePolicy is a file as the policy would name it.
func (in *Settled) BesidePolicy(file string) string {
	return relative(in.View, in.View.Abs(filepath.Dir(in.Policy)), file)
}

func inside(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}

// relative is the path of a file from a folder, slash-separated.
func relative(view *disk.View, dir, file string) string {
	rel, err := filepath.Rel(dir, view.Abs(file))
	if err != nil {
		return filepath.ToSlash(file)
	}
	return strings.TrimSuffix(filepath.ToSlash(rel), "/")
}

// TreeAround is the nearest folder at or above dir that msgen has written a tree to; dir itself if there is none.
func TreeAround(view *disk.View, dir string) string {
	found, ok := view.Above(dir, filepath.FromSlash(state.Path))
	if !ok {
		return dir
	}
	if rel, err := filepath.Rel(view.Abs(dir), found); err == nil {
		return filepath.Join(dir, rel)
	}
	return found
}
