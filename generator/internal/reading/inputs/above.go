package inputs

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Under are the same inputs with other import paths.
func (l *Loaded) Under(importPaths []string) *Loaded {
	with, settled := *l, *l.Settled
	settled.ImportPaths = importPaths
	with.Settled = &settled
	return &with
}

// ImportPathsAbove are choices of import paths that give some of the protos names with one more folder: the folder around the
// import path of each, alone or before the present ones. Protos of a request keep the names that they have there.
func (l *Loaded) ImportPathsAbove(names []string) [][]string {
	var above []string
	for _, name := range names {
		root, ok := l.importPathOf(name)
		folder := filepath.Dir(root)
		if l.Request != nil || !ok || folder == root {
			return nil
		}
		above = append(above, filepath.FromSlash(relative(l.View, l.View.Dir(), folder)))
	}
	if len(above) == 0 {
		return nil
	}
	slices.Sort(above)
	above = slices.Compact(above)
	return [][]string{above, slices.Concat(above, l.Set.ImportPaths)}
}

// NameAbove is the name that a proto has relative to the folder around its import path.
func (l *Loaded) NameAbove(name string) string {
	root, ok := l.importPathOf(name)
	if !ok {
		return name
	}
	return path.Join(filepath.Base(root), name)
}

// importPathOf is the folder that the name of a proto is relative to, absolute; false where only a part of its name is.
func (l *Loaded) importPathOf(name string) (string, bool) {
	source, _ := l.Set.Source(name)
	root, ok := strings.CutSuffix(l.View.Abs(source.Path), filepath.FromSlash(name))
	return filepath.Clean(root), ok
}
