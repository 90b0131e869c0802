package explaindraw

import (
	"strings"
	"unicode/utf8"
)

// wrap breaks a text into lines of at most width characters, between words where that is possible.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && length(line)+1+length(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		for line += word; length(line) > width; {
			runes := []rune(line)
			lines, line = append(lines, string(runes[:width])), string(runes[width:])
		}
	}
	return append(lines, line)
}

// length is in characters.
func length(text string) int { return utf8.RuneCountInString(text) }
