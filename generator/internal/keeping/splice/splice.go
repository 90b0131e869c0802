// Package splice changes Go files by byte offset. What an edit does not cover stays as it is to the byte: comments,
// directives, raw strings, line ends, and whatever gofmt would have said.
package splice

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Edit puts New in the place of the bytes from Start to End.
type Edit struct {
	Start, End int
	New        string
}

// Apply makes the edits, which must not overlap, in any order. Edits at one place come in the order of the slice. New
// text gets the line ends of the file.
func Apply(src []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	end := LineEnd(src)
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(src[at:e.Start])
		text := strings.ReplaceAll(e.New, "\r\n", "\n")
		out.WriteString(strings.ReplaceAll(text, "\n", end))
		at = e.End
	}
	out.Write(src[at:])
	return out.Bytes()
}

// LineEnd is how the first line of a text ends.
func LineEnd(src []byte) string {
	if i := bytes.IndexByte(src, '\n'); i > 0 && src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// wholeLines widens an edit that removes text to the lines on which nothing else stands.
func wholeLines(src []byte, e Edit) Edit {
	start := bytes.LastIndexByte(src[:e.Start], '\n') + 1
	end := len(src)
	if i := bytes.IndexByte(src[e.End:], '\n'); i >= 0 {
		end = e.End + i + 1
	}
	before, after := src[start:e.Start], src[e.End:end]
	if len(bytes.TrimSpace(before)) == 0 && len(bytes.TrimSpace(after)) == 0 {
		return Edit{start, end, ""}
	}
	return e
}

// closeGap widens an edit that removes whole lines by a blank line that would stand beside another, or at the edge of a
// block.
func closeGap(src []byte, e Edit) Edit {
	if e.Start > 0 && src[e.Start-1] != '\n' {
		return e // a comment stays on the line
	}
	before := lineBefore(src, e.Start)
	after, rest := src[e.End:], 0
	if i := bytes.IndexByte(after, '\n'); i >= 0 {
		after, rest = after[:i], i+1
	}
	blank, ends := len(bytes.TrimSpace(before)) == 0, bytes.HasPrefix(bytes.TrimSpace(after), []byte(")"))
	switch {
	case len(bytes.TrimSpace(after)) == 0 && (blank || bytes.HasSuffix(bytes.TrimSpace(before), []byte("("))):
		e.End += rest
	case blank && ends:
		e.Start -= len(before)
	}
	return e
}

// lineBefore is the line that ends at the byte, with its end.
func lineBefore(src []byte, at int) []byte {
	if at == 0 {
		return nil
	}
	return src[bytes.LastIndexByte(src[:at-1], '\n')+1 : at]
}
