// Package merge brings two changes of one text together: base is what msgen wrote last, mine what its user made of it,
// and theirs what msgen would write now. It is pure: bytes in, bytes out.
//
//	Lines   any text, by lines, as git does it
//	Go      a Go file by declaration and by statement, so that what both sides add at the same place does not conflict
//	Mod     a go.mod by requirement: a version that the user raised is never lowered
//	Sum     a go.sum as a set
//	Sections   a Markdown page by sections: each is its user's or msgen's
//	Makefile   by lines, where the user's own default goal stays
//	Patterns   a .gitignore and its like as a set of lines
//
// [Adopt] brings a file together with one that msgen has never written.
//
// For each of them M(b, b, x) = x, M(b, x, b) = x and M(b, x, x) = x hold to the byte.
package merge

import (
	"bytes"
	"path"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Result is a merged text.
type Result struct {
	Content []byte // with conflict markers around the places that Conflicts tells of

	// Conflicts are the lines of mine, from 1, at which the two sides change the same text in different ways. A merge
	// without any is clean.
	Conflicts []int
}

// Clean reports whether nothing is left for a person to decide.
func (r Result) Clean() bool { return len(r.Conflicts) == 0 }

// File merges the text of the file at name, by the rules for its kind. With a nil keeps, no New keeps its
// parameters.
func File(name string, base, mine, theirs []byte, keeps Keeps) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	base, theirs = checkout.Like(base, mine), checkout.Like(theirs, mine)
	switch {
	case path.Base(name) == "go.mod":
		return Mod(base, mine, theirs)
	case path.Base(name) == "go.sum":
		return Sum(base, mine, theirs)
	case path.Ext(name) == ".md":
		return Sections(base, mine, theirs)
	case path.Base(name) == "Makefile":
		return Makefile(base, mine, theirs)
	case arePatterns(name):
		return Patterns(base, mine, theirs)
	case path.Ext(name) == ".go":
		return Go(base, mine, theirs, keeps)
	default:
		return Lines(base, mine, theirs)
	}
}

// settled answers where one side alone has changed, or both have changed in the same way.
func settled(base, mine, theirs []byte) (content []byte, done bool) {
	switch {
	case bytes.Equal(base, mine):
		return theirs, true
	case bytes.Equal(base, theirs), bytes.Equal(mine, theirs):
		return mine, true
	default:
		return nil, false
	}
}
