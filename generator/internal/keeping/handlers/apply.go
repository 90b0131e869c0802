package handlers

import (
	"bytes"
	"cmp"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// moveStubs follows a service whose stubs have another import path now: files that import the old one import the new
// one, by the name that they have for it.
func (s *splicer) moveStubs() {
	from, to := s.base.stubs(), s.next.stubs()
	if from == "" || to == "" || from == to || s.next.imports(from) {
		return
	}
	for _, file := range slices.Concat(s.disk.files, s.base.files) {
		for _, spec := range file.Imports {
			i := splice.ImportOf(spec)
			if i.Path != from {
				continue
			}
			moved := splice.Import{Name: i.Local(), Path: to}
			if i.Name == "" && splice.PackageName(to) == i.Local() {
				moved.Name = ""
			}
			s.edit(file, splice.Edit{Start: file.Offset(spec.Pos()), End: file.Offset(spec.Path.End()), New: moved.Spec()})
			spec.Path.Value = strconv.Quote(to) // so that its types are the same as the new ones
		}
	}
}

// stubs is the import path of the stubs that the emitted type embeds.
func (f *folder) stubs() string {
	for _, t := range f.types() {
		for _, embedded := range t.embedded() {
			for _, imported := range t.file.packagesIn(embedded) {
				return imported.Path
			}
		}
	}
	return ""
}

func (f *folder) imports(path string) bool {
	return slices.ContainsFunc(f.files, func(s *source) bool {
		return slices.ContainsFunc(s.Imports, func(spec *ast.ImportSpec) bool { return splice.ImportOf(spec).Path == path })
	})
}

// apply makes the edits, and then the imports what the files need: those that new text wants come in, and those that old
// text alone has used go out.
func (s *splicer) apply() map[string][]byte {
	out := map[string][]byte{}
	for _, file := range s.disk.files {
		if len(s.edits[file]) == 0 {
			continue
		}
		content := splice.Apply(file.Src, s.edits[file])
		edited, err := splice.Parse(file.path, content)
		var changed []byte
		if err == nil {
			before, after := file.Used(), edited.Used()
			changed, err = edited.ChangeImports(s.wanted[file], func(i splice.Import) bool {
				name := i.Local()
				return name != "_" && name != "." && i.Path != "C" && before[name] && !after[name]
			})
		}
		if err != nil { // such an edit would be msgen's fault, and must not reach the disk
			s.notes = append(s.notes, Note{file.path, 0, "could not be brought up to date: " + err.Error()})
			continue
		}
		out[file.path] = changed
		s.shift(file, bytes.Count(changed, []byte("\n"))-bytes.Count(content, []byte("\n"))) // imports stand above all that notes are about
	}
	return out
}

// shift moves the notes about a file to the lines that their places come to stand at.
func (s *splicer) shift(file *source, imports int) {
	for i, note := range s.notes {
		if note.Path != file.path || note.Line == 0 {
			continue
		}
		s.notes[i].Line += imports
		for _, e := range s.edits[file] {
			if bytes.Count(file.Src[:e.End], []byte("\n")) < note.Line-1 {
				s.notes[i].Line += lineShift(file.Src, []splice.Edit{e})
			}
		}
	}
}

// lineShift is by how many lines edits make a text longer.
func lineShift(src []byte, edits []splice.Edit) int {
	n := 0
	for _, e := range edits {
		n += strings.Count(e.New, "\n") - bytes.Count(src[e.Start:e.End], []byte("\n"))
	}
	return n
}

func (s *splicer) sortedNotes() []Note {
	slices.SortStableFunc(s.notes, func(a, b Note) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line)) })
	return s.notes
}
