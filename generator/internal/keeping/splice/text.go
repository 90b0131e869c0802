package splice

import "github.com/msgen/msgen/generator/internal/reading/checkout"

// Text is what splicing makes of one path. The zero Text is a path that splicing has no say in.
type Text struct {
	Kind    TextKind
	Content []byte // of a Present one
	Moved   string // of an Absent one: the folder in which what it declares stands now, if there is one
}

// TextKind says whose business a path is.
type TextKind int

// The kinds of texts.
const (
	NotOurs TextKind = iota // as if there were no splicing: nobody has touched the file, or the file is not in a spliced folder
	Absent                  // not to be created: its user has deleted it, or what it declares stands in other files
	Present                 // the file holds Content
)

// Changes reports whether a file that holds content has to be written.
func (t Text) Changes(content []byte) bool {
	return t.Kind == Present && !checkout.Same(t.Content, content)
}
