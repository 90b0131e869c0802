package splice

import (
	"bytes"
	"go/format"
)

// Formatted is a Go file after an edit, formatted by gofmt if it was before: an edit can change how the lines around it are
// aligned, and where an import belongs. It keeps its line ends.
func Formatted(before, after []byte) []byte {
	if !clean(before) || bytes.Equal(before, after) {
		return after
	}
	formatted, err := format.Source(unix(after))
	if err != nil {
		return after
	}
	return WithLineEnds(formatted, before)
}

// WithLineEnds is a text with the line ends of another one.
func WithLineEnds(text, like []byte) []byte {
	return bytes.ReplaceAll(unix(text), []byte("\n"), []byte(LineEnd(like)))
}

// clean reports whether gofmt would leave a file as it is, whatever its line ends, and whether it has but one kind of these.
func clean(src []byte) bool {
	if LineEnd(src) == "\r\n" && bytes.Count(src, []byte("\n")) != bytes.Count(src, []byte("\r\n")) {
		return false
	}
	text := unix(src)
	if LineEnd(src) == "\n" {
		text = src
	}
	formatted, err := format.Source(text)
	return err == nil && bytes.Equal(formatted, text)
}

func unix(src []byte) []byte { return bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")) }
