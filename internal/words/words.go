// Package words keeps the text of this project plain. It finds phrases that a plainer word replaces, and its test
// compares how many there are with counts.txt: a count may fall, and never rises.
//
// Where a phrase has another meaning, a comment allows it and says why:
//
//	`words:allow told: the name of a counter`
//
// The comment covers the paragraph, comment or string that it is in, or the one that begins on the next line.
package words

import (
	"fmt"
	"io/fs"
)

// A Phrase is hard to read, and has a plainer word.
type Phrase struct {
	Name  string // how counts.txt and allow comments call it
	Write string // what to write instead
	// Any and Fine are patterns: words in lower case with a space between, `a|b` for either, `*` for any word, and a
	// leading `^` for the beginning of a sentence. A place that matches one of Any counts, unless a match of one of Fine
	// covers it.
	Any, Fine []string
	Documents bool // only Markdown and the manual of the commands count
}

// A Place has a phrase.
type Place struct {
	Phrase   *Phrase
	File     string
	Line     int
	Sentence string
}

// String formats the place as a line of a report.
func (p Place) String() string {
	return fmt.Sprintf("%s:%d: %s: write %s: %s", p.File, p.Line, p.Phrase.Name, p.Phrase.Write, p.Sentence)
}

// Found lists the places and faults of a tree, in the order of files and lines.
type Found struct {
	Places []Place
	Faults []string // allow comments without a phrase or a reason, or without effect
}

// Scan reads the text that people write in the tree: Markdown, comments, strings and templates. It skips generated files,
// the inputs and expected outputs of tests, and the released part of the changelog.
func Scan(tree fs.FS, phrases []Phrase) (Found, error) {
	index, err := compile(phrases)
	if err != nil {
		return Found{}, err
	}
	var found Found
	err = eachSource(tree, func(path, text string) {
		index.search(path, read(path, text), &found)
	})
	return found, err
}
