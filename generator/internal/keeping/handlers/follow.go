package handlers

import (
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// follow adds what follows from stubs that have another path or another name, in all text that stays. A file that msgen
// writes as a whole has both already.
func (s *sides) follow(spliced []*source, decided changes) changes {
	var moves, renames changes
	for _, file := range s.disk.files {
		if now := s.next.file(file.path); now != nil && !slices.Contains(spliced, now) {
			continue
		}
		moves = moves.and(file.moves())
		renames = renames.and(file.renames(decided.edits))
	}
	return moves.and(decided, renames)
}

// following are the files with the new path and the new names of the stubs.
func (f *folder) following() map[string][]byte {
	texts := map[string][]byte{}
	for _, file := range f.files {
		var edits []splice.Edit
		for _, e := range file.moves().and(file.renames(nil)).edits {
			edits = append(edits, e.Edit)
		}
		texts[file.path] = splice.Apply(file.Src, edits)
	}
	return texts
}

// moves are the imports of a file that have another path now.
func (s *source) moves() changes {
	var moves changes
	for i, spec := range s.Imports {
		if now := s.imports[i]; now != splice.ImportOf(spec) {
			moves = moves.and(put(s, s.Offset(spec.Pos()), s.Offset(spec.Path.End()), text{code: now.Spec()}))
		}
	}
	return moves
}

// renames are the names of a file that are called differently now, and that no edit replaces anyway.
func (s *source) renames(edits []edit) changes {
	var renames changes
	for ident, name := range s.renamed {
		start, end := s.span(ident)
		if !slices.ContainsFunc(edits, func(e edit) bool { return e.file == s && e.Start <= start && start < e.End }) {
			renames = renames.and(put(s, start, end, text{code: name}))
		}
	}
	return renames
}
