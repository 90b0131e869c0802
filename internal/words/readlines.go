package words

import (
	"regexp"
	"strings"
)

var (
	commentMark = regexp.MustCompile(`^\s*(?:#+|//+|/\*+|\*+/?|<!--|--)(?:\s|$)`)
	elseKeyword = regexp.MustCompile(`[};]\s*else\b|^\s*else\s*$|^\s*else if\b`)
)

// readPlain returns the comments and the other lines of a file in which # or // begins a comment. The number of its first
// line is first.
func readPlain(text string, first int) []passage {
	var (
		passages []passage
		inside   *passage
		comments bool // inside is a comment
	)
	for i, line := range strings.Split(text, "\n") {
		mark := commentMark.FindString(line)
		body := elseKeyword.ReplaceAllLiteralString(line[len(mark):], hole)
		if strings.TrimSpace(body) == "" {
			inside = nil
			continue
		}
		if inside == nil || comments != (mark != "") {
			passages = append(passages, passage{first: first + i})
			inside, comments = &passages[len(passages)-1], mark != ""
		}
		inside.add(first+i, body)
	}
	return passages
}

var noComment = regexp.MustCompile(`(?m)^\s*(?:[^\s#/*]|/[^/*]).*$`)

// readComments returns the comments alone.
func readComments(text string) []passage {
	return readPlain(noComment.ReplaceAllLiteralString(text, ""), 1)
}

var (
	fence     = regexp.MustCompile("^\\s*```")
	paragraph = regexp.MustCompile(`^\s*(?:#+ |[-*] |\d+\. |\||<!--)`)
)

// readMarkdown returns the paragraphs, headings, items and rows of a document, without its blocks of code.
func readMarkdown(text string) []passage {
	var (
		passages []passage
		inside   *passage
		code     bool
		listed   bool // in a list, where an indented paragraph continues an item
	)
	for i, line := range strings.Split(text, "\n") {
		fenced := fence.MatchString(line)
		if fenced {
			code = !code
		}
		indented := inside == nil && !listed && strings.HasPrefix(line, "    ")
		if fenced || code || indented || strings.TrimSpace(line) == "" {
			inside = nil
			continue
		}
		if begins := paragraph.MatchString(line); begins || inside == nil {
			listed = begins || listed && strings.HasPrefix(line, " ")
			passages = append(passages, passage{first: 1 + i})
			inside = &passages[len(passages)-1]
		}
		inside.add(1+i, line)
	}
	return passages
}
