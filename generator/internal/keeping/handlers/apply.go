package handlers

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// apply makes the edits. The emitted files that are spliced have a text each, and so has every other file that an edit
// changes.
func (s *sides) apply(spliced []*source, decided changes) Result {
	result := Result{Texts: s.asTheyAre(spliced), Notes: decided.notes, Keeps: decided.keeps}
	for _, file := range s.disk.files {
		edits := decided.of(file)
		if len(edits) == 0 {
			continue
		}
		content, above, err := file.edited(edits)
		if err != nil { // such an edit would be msgen's fault, and must not reach the disk
			result.Notes = append(result.Notes, Note{file.path, 0, "could not be brought up to date: " + err.Error()})
			continue
		}
		result.Texts[file.path] = splice.Text{Kind: splice.Present, Content: content}
		result.Notes = shifted(result.Notes, file, edits, above)
	}
	slices.SortStableFunc(result.Notes, func(a, b Note) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line)) })
	return result
}

// asTheyAre are the texts of emitted files before any edit.
func (s *sides) asTheyAre(spliced []*source) map[string]splice.Text {
	texts := map[string]splice.Text{}
	for _, now := range spliced {
		texts[now.path] = splice.Text{Kind: splice.Absent}
		if mine := s.disk.file(now.path); mine != nil {
			texts[now.path] = splice.Text{Kind: splice.Present, Content: mine.Src}
		}
	}
	return texts
}

// withTheirLineEnds are the new texts of files that msgen writes as a whole, where the disk has them with other line ends.
func (s *sides) withTheirLineEnds(spliced []*source) map[string]splice.Text {
	texts := map[string]splice.Text{}
	for _, now := range s.next.files {
		mine := s.disk.file(now.path)
		if mine != nil && !slices.Contains(spliced, now) && !bytes.Equal(mine.Src, s.base.file(now.path).Src) {
			texts[now.path] = splice.Text{Kind: splice.Present, Content: splice.WithLineEnds(now.Src, mine.Src)}
		}
	}
	return texts
}

// of are the edits of one file.
func (c changes) of(file *source) []edit {
	return slices.DeleteFunc(slices.Clone(c.edits), func(e edit) bool { return e.file != file })
}

// edited is the file with its edits made, and then its imports what it needs: those that new text wants come in, and
// those that old text alone has used go out. Above is by how many lines the imports got longer.
func (s *source) edited(edits []edit) (content []byte, above int, err error) {
	var splices []splice.Edit
	var wanted []splice.Import
	for _, e := range edits {
		splices = append(splices, e.Edit)
		for _, i := range e.imports {
			if !slices.Contains(wanted, i) {
				wanted = append(wanted, i)
			}
		}
	}
	body := splice.Apply(s.Src, splices)
	parsed, err := splice.Parse(s.path, body)
	if err != nil {
		return nil, 0, err
	}
	before, after := s.Used(), parsed.Used()
	content, err = parsed.ChangeImports(wanted, func(i splice.Import) bool {
		name := i.Local()
		return name != "_" && name != "." && i.Path != "C" && before[name] && !after[name]
	})
	return splice.Formatted(s.Src, content), lines(content) - lines(body), err
}

// shifted are notes with those about one file at the lines to which their places have moved: imports stand above all of
// them, and so do edits that end before.
func shifted(notes []Note, file *source, edits []edit, imports int) []Note {
	notes = slices.Clone(notes)
	for i, note := range notes {
		if note.Path != file.path || note.Line == 0 {
			continue
		}
		notes[i].Line += imports
		for _, e := range edits {
			if lines(file.Src[:e.End]) < note.Line-1 {
				notes[i].Line += strings.Count(e.New, "\n") - lines(file.Src[e.Start:e.End])
			}
		}
	}
	return notes
}

// lines counts the line ends of a text.
func lines(text []byte) int { return bytes.Count(text, []byte("\n")) }
