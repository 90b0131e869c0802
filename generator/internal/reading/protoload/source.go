package protoload

import (
	"bytes"
	"cmp"
	"fmt"
	"unicode/utf8"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Source is the text that a proto file came from.
type Source struct {
	// Path is the file on disk as a user is told about it: as they wrote it when they gave it, else relative to the
	// working directory if it is below it, else absolute.
	Path string
	// Bytes are the whole file as it was read.
	Bytes []byte

	columns columns
}

// columns is how the compiler of a source counts them. The zero columns are msgen's own.
type columns struct {
	tab   int  // a tab advances to the next multiple of it; 0 means 8
	bytes bool // other characters are as wide as their encoding is long, not one column each
}

const byteOrderMark = "\ufeff"

// text is what the compiler counts lines and columns in.
func (s Source) text() []byte { return bytes.TrimPrefix(s.Bytes, []byte(byteOrderMark)) }

// position is the place at a line and column, both from 1, as the compiler counts columns. A diagnostic's column counts
// characters, as editors do. Line 0 is the file as a whole.
func (s Source) position(line, expanded int) diag.Position {
	if line <= 0 {
		return diag.Position{File: s.Path}
	}
	return diag.Position{File: s.Path, Line: line, Col: s.columns.character(nthLine(s.text(), line), expanded)}
}

// offset is the position of the character at a byte offset in the text.
func (s Source) offset(offset int) diag.Position {
	before := s.text()[:offset]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return diag.Position{
		File: s.Path,
		Line: bytes.Count(before, []byte("\n")) + 1,
		Col:  utf8.RuneCount(before[lineStart:]) + 1,
	}
}

// nthLine is the line of that number, from 1; empty if the text has fewer.
func nthLine(text []byte, number int) []byte {
	for range number - 1 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return line
}

// character is the number, from 1, of the character of the line that begins at a column.
func (c columns) character(line []byte, column int) int {
	number, width := 1, 0
	for _, char := range string(line) {
		if width >= column-1 {
			return number
		}
		width += c.width(char, width)
		number++
	}
	return number + column - 1 - width // past the end of the line
}

// width is how many columns a character takes after so many others.
func (c columns) width(char rune, before int) int {
	tab := cmp.Or(c.tab, 8)
	switch {
	case char == '\t':
		return tab - before%tab
	case c.bytes:
		return utf8.RuneLen(char)
	default:
		return 1
	}
}

// fault is what the compiler would let pass and what then breaks the Go that the comments end up in: text that is not
// UTF-8, and byte order marks other than at the start (https://go.dev/ref/spec#Source_code_representation). An empty
// file is one too: its problem would otherwise be reported where something is missed in it. So is an unfinished merge, which
// would be several syntax errors, and a file whose nesting would take all memory. Nil if there is none.
func (s Source) fault() *diag.Problem {
	text := s.text()
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return &diag.Problem{Position: diag.Position{File: s.Path}, Message: "the file is empty",
			Want: `a proto that begins with syntax = "proto3";`}
	case bytes.Contains(text, []byte(byteOrderMark)):
		return &diag.Problem{Position: s.offset(bytes.Index(text, []byte(byteOrderMark))),
			Message: "a byte order mark stands in the middle of the file", Fix: "remove it"}
	case checkout.Conflict(text) > 0:
		return &diag.Problem{Position: diag.Position{File: s.Path, Line: checkout.Conflict(text), Col: 1},
			Message: "has conflict markers", Fix: "resolve them, and remove the markers"}
	case !utf8.Valid(text):
		return &diag.Problem{Position: s.offset(firstInvalid(text)), Message: "the file is not UTF-8", Fix: "save it as UTF-8"}
	}
	if at := tooDeep(text); at >= 0 {
		return &diag.Problem{Position: s.offset(at), Message: "nested too deeply",
			Want: fmt.Sprintf("at most %d levels of messages, groups and values of options", maxDepth), Fix: "declare the inner ones at the top of the file"}
	}
	return nil
}

// firstInvalid is the offset of the first byte that is not part of UTF-8.
func firstInvalid(text []byte) int {
	offset := 0
	for offset < len(text) {
		r, size := utf8.DecodeRune(text[offset:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		offset += size
	}
	return offset
}
