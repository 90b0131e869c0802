package handlers

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Repoint has the user's Go import the stubs in the tree where it imports the same stubs from elsewhere: a program that links
// both panics when it starts. The twins are the packages in the tree by the import paths of the others, each with the name by
// which Go calls the other if that is not its own. Spliced is what becomes of files so far; the result has the
// files that change here too. Packages of the runtime that have moved are among the twins.
func Repoint(tree *disk.Tree, memory *state.State, rendered []state.File, spliced map[string]splice.Text, twins map[string]model.Import) (map[string]splice.Text, []Note) {
	out := maps.Clone(spliced)
	var notes []Note
	if len(twins) == 0 {
		return out, nil
	}
	for _, name := range tree.GoFiles() {
		src, ok := usersGo(tree, memory, rendered, spliced, name)
		if !ok {
			continue
		}
		pointed, more := repoint(name, src, twins)
		if len(more) > 0 {
			out[name] = splice.Text{Kind: splice.Present, Content: pointed}
			notes = append(notes, more...)
		}
	}
	return out, notes
}

// Repointed is a Go file with its imports changed as [Repoint] changes them.
func Repointed(name string, src []byte, twins map[string]model.Import) []byte {
	out, _ := repoint(name, src, twins)
	return out
}

// repoint is the folder with the imports changed of what msgen emitted last and of what stands there.
func (p Package) repoint(twins map[string]model.Import) (Package, []Note) {
	if len(twins) == 0 {
		return p, nil
	}
	out := p
	out.Base, out.Disk = map[string][]byte{}, map[string][]byte{}
	var notes []Note
	for name, src := range p.Base {
		out.Base[name], _ = repoint(name, src, twins)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Disk)) {
		pointed, more := repoint(name, p.Disk[name], twins)
		out.Disk[name], notes = pointed, append(notes, more...)
	}
	return out, notes
}

// usersGo is the text of a Go file of the user's, as the run leaves it so far. It is false where the file is not theirs alone.
func usersGo(tree *disk.Tree, memory *state.State, rendered []state.File, spliced map[string]splice.Text, name string) ([]byte, bool) {
	_, known := memory.Files[name]
	i := slices.IndexFunc(rendered, func(file state.File) bool { return file.Path == name })
	if known && i < 0 || i >= 0 && rendered[i].Owner != state.Yours {
		return nil, false
	}
	if text := spliced[name]; text.Kind != splice.NotOurs {
		return text.Content, text.Kind == splice.Present
	}
	found := tree.Look(name)
	return found.Content, found.Kind == disk.Regular
}

// repoint changes the imports of one file. A file that does not parse imports nothing; the compiler says where.
func repoint(name string, src []byte, twins map[string]model.Import) ([]byte, []Note) {
	if !mentions(src, twins) {
		return src, nil
	}
	file, err := splice.Parse(name, src)
	if err != nil {
		return src, nil
	}
	var edits []splice.Edit
	var notes []Note
	for _, spec := range file.Imports {
		was := splice.ImportOf(spec)
		twin, ok := twins[was.Path]
		if !ok {
			continue
		}
		now := splice.Import{Name: was.Name, Path: twin.Path}
		if now.Name == "" {
			now.Name = twin.Name
		}
		edits = append(edits, splice.Edit{Start: file.Offset(spec.Pos()), End: file.Offset(spec.Path.End()), New: now.Spec()})
		notes = append(notes, Note{Path: name, Line: file.Line(spec.Pos()), Text: fmt.Sprintf("imports %s now, where it imported %s", twin.Path, was.Path)})
	}
	return splice.Formatted(src, splice.Apply(src, edits)), notes
}

func mentions(src []byte, twins map[string]model.Import) bool {
	for path := range twins {
		if bytes.Contains(src, []byte(path)) {
			return true
		}
	}
	return false
}
