package words

import (
	"regexp"
	"strings"
)

// A passage is a comment, a string or a paragraph. A phrase may be wrapped over its lines.
type passage struct {
	first int // the number of its first line
	lines []string
}

func (p *passage) add(number int, text string) {
	for p.first+len(p.lines) < number {
		p.lines = append(p.lines, "")
	}
	if at := number - p.first; at < len(p.lines) {
		p.lines[at] += text
		return
	}
	p.lines = append(p.lines, text)
}

// read splits a file into its passages.
func read(name, text string) []passage {
	var passages []passage
	if strings.HasSuffix(name, ".tmpl") {
		text, passages = withoutActions(text)
	}
	switch kindOf(name) {
	case goSource:
		return append(passages, readGo(text)...)
	case markdown:
		if name == "CHANGELOG.md" {
			text = before(released, text)
		}
		return append(passages, readMarkdown(text)...)
	case code:
		return append(passages, readComments(text)...)
	case script:
		return readComments(before(archived, text))
	case prose:
		return readPlain(before(archived, text), 1)
	default:
		return append(passages, readPlain(text, 1)...)
	}
}

// hole replaces a name or code in the text, so that no phrase spans it.
const hole = "\uFFFC"

var (
	templateComment = regexp.MustCompile(`(?s)(?:\{\{|\[%)-?\s*/\*(.*?)\*/\s*-?(?:\}\}|%\])`)
	action          = regexp.MustCompile(`(?s)\{\{.*?\}\}|\[%.*?%\]`)
)

// withoutActions returns the text that a template prints, and the comments of the template itself.
func withoutActions(text string) (string, []passage) {
	var comments []passage
	for _, at := range templateComment.FindAllStringSubmatchIndex(text, -1) {
		first := 1 + strings.Count(text[:at[2]], "\n")
		comments = append(comments, passage{first, strings.Split(text[at[2]:at[3]], "\n")})
	}
	return action.ReplaceAllStringFunc(text, dig), comments
}

// dig replaces text by a hole of as many lines.
func dig(text string) string { return hole + strings.Repeat("\n", strings.Count(text, "\n")) }

var (
	archived = regexp.MustCompile(`(?m)^-- .* --$`)  // begins the first file of an archive
	released = regexp.MustCompile(`(?m)^## \[[0-9]`) // begins the history in a changelog, which stays as it was
)

// before is the text up to the mark.
func before(mark *regexp.Regexp, text string) string {
	if at := mark.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return text
}
