package merge

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

const gitAttributes = ".gitattributes"

// Adopts reports whether a file that msgen has not written can be merged with what it would write, since no line of the one is
// in the way of the other.
func Adopts(name string) bool { return path.Base(name) == gitAttributes }

// Patterns merges a file of patterns as a set of lines, such as .gitattributes: the lines of the user's stay where they are,
// lines that msgen adds come in behind the line that they follow in msgen's text, and lines that it drops go.
func Patterns(base, mine, theirs []byte) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	was, next := patternLines(base), patternLines(theirs)
	var lines []string
	for _, line := range patternLines(mine) {
		if line == "" || !slices.Contains(was, line) || slices.Contains(next, line) {
			lines = append(lines, line)
		}
	}
	at := len(lines)
	for _, line := range next {
		if i := slices.Index(lines, line); i >= 0 {
			at = i + 1
			continue
		}
		if !slices.Contains(was, line) { // the user removed the others
			lines = slices.Insert(lines, at, line)
			at++
		}
	}
	return Result{Content: checkout.Like([]byte(strings.Join(lines, "\n")+"\n"), mine)}
}

func patternLines(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	return strings.Split(string(bytes.TrimSuffix(checkout.LF(text), []byte("\n"))), "\n")
}
