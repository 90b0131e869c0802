package handlers

import (
	"fmt"
	"go/token"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// changes are what a decision comes to.
type changes struct {
	edits []edit
	notes []Note
	keeps bool // New keeps the parameters that its user gave it
}

// edit is a splice of one file on disk.
type edit struct {
	file *source
	splice.Edit
	imports []splice.Import // that the new text needs, and the file lacks
}

// text is emitted Go as it reads in a file of the user's.
type text struct {
	code    string
	imports []splice.Import // that it needs, and the file lacks
}

// put is the edit that puts new text in the place of a piece of a file.
func put(file *source, start, end int, by text) changes {
	return changes{edits: []edit{{file, splice.Edit{Start: start, End: end, New: by.code}, by.imports}}}
}

// note is what the user has to know about a place.
func note(file *source, pos token.Pos, format string, args ...any) changes {
	return changes{notes: []Note{{file.path, file.Line(pos), fmt.Sprintf(format, args...)}}}
}

// and is these changes and then others. As with append, go on with the result alone.
func (c changes) and(others ...changes) changes {
	for _, other := range others {
		c.edits = append(c.edits, other.edits...)
		c.notes = append(c.notes, other.notes...)
		c.keeps = c.keeps || other.keeps
	}
	return c
}
