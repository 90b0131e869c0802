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
		folder := filepath.Dir(l.importPathOf(name))
		if l.Request != nil || folder == l.importPathOf(name) {
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
	return path.Join(filepath.Base(l.importPathOf(name)), name)
}

// importPathOf is the folder that the name of a proto is relative to, absolute.
func (l *Loaded) importPathOf(name string) string {
	source, _ := l.Set.Source(name)
	return filepath.Clean(strings.TrimSuffix(l.View.Abs(source.Path), filepath.FromSlash(name)))
}
