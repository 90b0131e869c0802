// Package checkout knows what happens to a text on its way between two machines: git and editors change how its lines end,
// and a merge leaves marks where two branches have changed the same lines.
package checkout

import "bytes"

// CRLF reports whether every line of a text ends as on Windows. A text in which only some do was edited, and so is none.
func CRLF(text []byte) bool {
	n := bytes.Count(text, []byte("\n"))
	return n > 0 && n == bytes.Count(text, []byte("\r\n")) && bytes.IndexByte(text, 0) < 0
}

// LF is a [CRLF] text with the line endings of the repository. Every other content stays as it is.
func LF(text []byte) []byte {
	if !CRLF(text) {
		return text
	}
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
}

// Same reports whether two texts differ at most in how all their lines end.
func Same(a, b []byte) bool { return bytes.Equal(a, b) || bytes.Equal(LF(a), LF(b)) }

// Like is a text with the line endings of another, which it replaces.
func Like(text, other []byte) []byte {
	if !CRLF(other) || bytes.Contains(text, []byte("\r\n")) {
		return text
	}
	return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
}
