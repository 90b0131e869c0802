package handlers

import (
	"maps"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// InTree works out what the rendered handlers mean for the Go that their user has made of the last ones: the files to be
// written as they shall be, and what to say. Stubs that have moved, see [Repoint], change no type.
func InTree(tree *disk.Tree, memory *state.State, rendered []state.File, twins map[string]model.Import) (texts map[string]splice.Text, notes []Note) {
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
		p, pointed := folderOf(tree, memory, dir, folders[dir]).repoint(twins)
		result := Splice(p)
		maps.Copy(texts, result.Texts)
		notes = append(notes, result.Notes...)
		for _, note := range pointed {
			if _, spliced := result.Texts[note.Path]; spliced { // Repoint changes the others
				notes = append(notes, note)
			}
		}
	}
	return texts, notes
}

// folderOf is a folder of handlers that are rendered now.
func folderOf(tree *disk.Tree, memory *state.State, dir string, rendered map[string][]byte) Package {
	p := Package{Base: map[string][]byte{}, Disk: map[string][]byte{}, New: rendered}
	for _, name := range tree.Files(dir) {
		if found := tree.Look(name); path.Ext(name) == ".go" && found.Kind == disk.Regular {
			p.Disk[name] = found.Content
		}
	}
	for name, entry := range memory.Files {
		if path.Dir(name) != dir || path.Ext(name) != ".go" {
			continue
		}
		for _, at := range []string{state.BasePath(name), name} {
			if text := tree.Look(at); text.Kind == disk.Regular && state.Sum(text.Content) == entry.Sum {
				p.Base[name] = text.Content
				break
			}
		}
	}
	return p
}

// Stand reports whether the handlers that their user has touched have all that msgen's last text for them asks.
func Stand(tree *disk.Tree, memory *state.State, touched []string) bool {
	dirs := map[string]bool{}
	for _, file := range touched {
		if path.Ext(file) == ".go" && tree.Look(state.BasePath(file)).Kind == disk.Regular {
			dirs[path.Dir(file)] = true
		}
	}
	for dir := range dirs {
		p := folderOf(tree, memory, dir, nil)
		p.New = p.Base
		if !Current(p) {
			return false
		}
	}
	return true
}
