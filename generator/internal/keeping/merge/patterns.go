package merge

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// arePatterns reports whether a file is a set of lines: .gitignore, .gitattributes, .dockerignore, Dockerfile.dockerignore.
func arePatterns(name string) bool {
	base := path.Base(name)
	return base == ".gitignore" || base == ".gitattributes" || path.Ext(base) == ".dockerignore"
}

// Patterns merges a file of patterns as a set of lines, such as .gitignore: the lines of the user's stay where they are,
// lines that msgen adds come in behind the line that they follow in msgen's text, and lines that it drops go. Without
// such a line they come in at the end, or in front of patterns that bring files back, which the last match decides.
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
	if slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "!") }) {
		at = 0
	}
	for _, line := range next {
		if i := slices.Index(lines, line); i >= 0 {
			at = i + 1
			continue
		}
		if !slices.Contains(was, line) { // a line that the user removed stays so
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
