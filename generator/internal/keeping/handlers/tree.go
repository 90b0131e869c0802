package handlers

import (
	"maps"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/keeping/methods"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Tree is a tree in which handlers stand.
type Tree struct {
	Disk   *disk.Tree
	Memory *state.State
	Root   string                  // its import path
	Find   methods.Find            // the Go that its program links
	Twins  map[string]model.Import // stubs and packages of the runtime that have moved, see [Repoint]; they change no type
}

// Splice works out what the rendered handlers mean for the Go that their user has made of the last ones: the files to be
// written as they shall be, what to say, and the folders whose New keeps its parameters.
func (t Tree) Splice(rendered []state.File) (texts map[string]splice.Text, notes []Note, keeping []string) {
	folders := map[string]map[string][]byte{}
	for _, file := range rendered {
		if dir := path.Dir(file.Path); file.Splice {
			if folders[dir] == nil {
				folders[dir] = map[string][]byte{}
			}
			folders[dir][file.Path] = file.Content
		}
	}
	texts = map[string]splice.Text{}
	for _, dir := range slices.Sorted(maps.Keys(folders)) {
		p, pointed := t.folder(dir, folders[dir]).repoint(t.Twins)
		result := t.splice(p)
		maps.Copy(texts, result.Texts)
		notes = append(notes, result.Notes...)
		for _, note := range pointed {
			if _, spliced := result.Texts[note.Path]; spliced { // Repoint changes the others
				notes = append(notes, note)
			}
		}
		if result.Keeps {
			keeping = append(keeping, dir)
		}
	}
	return texts, notes, keeping
}

// splice is [Splice] for a folder whose handlers may have been moved to another one.
func (t Tree) splice(p Package) Result {
	s, faults := read(p)
	switch {
	case len(faults) > 0:
		return Result{Texts: asTheyAre(p.Disk), Notes: faults}
	case !s.homeless():
		return s.splice()
	}
	homes := t.homes(s, p)
	if len(homes) == 1 {
		return homes[0].spliceMoved(p)
	}
	for _, home := range homes {
		s.elsewhere = append(s.elsewhere, home.p.Dir)
	}
	return s.splice()
}

// folder is a folder of handlers that are rendered now.
func (t Tree) folder(dir string, rendered map[string][]byte) Package {
	p := Package{Dir: dir, Base: map[string][]byte{}, Disk: t.goFiles(dir), New: rendered, Path: path.Join(t.Root, dir), Find: t.Find}
	for name, entry := range t.Memory.Files {
		if path.Dir(name) != dir || path.Ext(name) != ".go" {
			continue
		}
		now := t.Disk.Look(name).Content
		if bases := entry.Bases(t.Disk.Look(state.BasePath(name)).Content); len(bases) > 0 {
			p.Base[name] = merge.Nearest(now, bases)
		} else if entry.Emitted(now) {
			p.Base[name] = now
		}
	}
	return p
}

// goFiles are the Go files that stand in a folder of the tree.
func (t Tree) goFiles(dir string) map[string][]byte {
	files := map[string][]byte{}
	for _, name := range t.Disk.Files(dir) {
		if found := t.Disk.Look(name); path.Ext(name) == ".go" && found.Kind == disk.Regular {
			files[name] = found.Content
		}
	}
	return files
}

// Unresolved are the Go files of the tree that are not msgen's and have conflict markers: they may hold any handler.
func Unresolved(tree *disk.Tree, memory *state.State, rendered []state.File) []string {
	owners := map[string]state.Owner{}
	for name, entry := range memory.Files {
		owners[name] = entry.Owner
	}
	for _, file := range rendered {
		owners[file.Path] = file.Owner
	}
	return slices.DeleteFunc(tree.GoFiles(), func(name string) bool {
		return owners[name] == state.Generated || checkout.Conflict(tree.Look(name).Content) == 0
	})
}

// Stand reports whether the handlers that their user has touched have all that msgen's last text for them asks.
func (t Tree) Stand(touched []string) bool {
	dirs := map[string]bool{}
	for _, file := range touched {
		if path.Ext(file) == ".go" && t.Disk.Look(state.BasePath(file)).Kind == disk.Regular {
			dirs[path.Dir(file)] = true
		}
	}
	for dir := range dirs {
		p := t.folder(dir, nil)
		p.New = p.Base
		if !t.splice(p).Current(func(name string) []byte { return t.Disk.Look(name).Content }) {
			return false
		}
	}
	return true
}
