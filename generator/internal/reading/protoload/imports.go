package protoload

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/internal/nearest"
)

// maxSearched bounds the search for a file that was probably meant: files and folders looked at below each import path.
const maxSearched = 20_000

// nearestImport is the advice on an import that is found nowhere; empty if nothing like it exists.
func (g *graph) nearestImport(name string) string {
	if g.importable == nil {
		g.importable = g.roots.importable()
	}
	if longer, ok := shortest(g.importable, func(known string) bool { return strings.HasSuffix(known, "/"+name) }); ok {
		return g.adviseLonger(longer, name)
	}
	// The other way round, such as "proto/orders.proto" where -I is proto.
	if shorter, ok := shortest(g.importable, func(known string) bool { return strings.HasSuffix(name, "/"+known) }); ok {
		return fmt.Sprintf("write %q", shorter)
	}
	// A letter is wrong in the name or in the folder, hardly in both.
	similar := slices.DeleteFunc(slices.Clone(g.importable), func(known string) bool {
		return path.Base(known) != path.Base(name) && path.Dir(known) != path.Dir(name)
	})
	return nearest.DidYouMean(name, similar)
}

// adviseLonger is the advice to write the longer name of a file, or to make the shorter one right.
func (g *graph) adviseLonger(longer, name string) string {
	advice := fmt.Sprintf("write %q", longer)
	if file, ok := g.roots.find(longer); ok {
		folder := strings.TrimSuffix(filepath.ToSlash(file), "/"+name)
		advice += ", or " + g.roots.adding(g.roots.show(filepath.FromSlash(folder)))
	}
	return advice
}

// shortest is the shortest name that fits, the first of several.
func shortest(names []string, fits func(string) bool) (best string, ok bool) {
	for _, name := range names {
		if fits(name) && (!ok || len(name) < len(best)) {
			best, ok = name, true
		}
	}
	return best, ok
}

// importable are the names of the protos below the import paths, and of those that msgen has in itself.
func (r importRoots) importable() []string {
	var names []string
	everywhere := func(string) bool { return false }
	for _, root := range r.roots {
		eachProto(r.view, root.path, everywhere, func(_, file string) {
			if name, ok := r.nameOf(file); ok {
				names = append(names, name)
			}
		})
	}
	for _, fd := range builtins() {
		names = append(names, fd.Path())
	}
	return names
}
