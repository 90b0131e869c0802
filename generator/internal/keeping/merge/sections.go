package merge

import (
	"slices"
	"strings"
)

// Sections merges a Markdown page by its sections, which begin at headings of the second level. A section that its user has
// changed, added or removed is theirs; the others are msgen's. Nothing conflicts.
func Sections(base, mine, theirs []byte) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	was, own, next := sectionsOf(base), sectionsOf(mine), sectionsOf(theirs)
	var out []section
	for _, s := range own {
		old, known := was.find(s.heading)
		now, stays := next.find(s.heading)
		switch {
		case !known || !old.same(s):
			out = append(out, s)
		case stays:
			out = append(out, now)
		}
	}
	at := 0
	for _, s := range next {
		_, known := was.find(s.heading)
		if i := sections(out).index(s.heading); i >= 0 {
			at = i + 1
		} else if !known {
			out = slices.Insert(out, at, s)
			at++
		}
	}
	return Result{Content: []byte(sections(out).text())}
}

// section is a part of a page: its heading, and all its lines. The heading of the first one is empty.
type section struct{ heading, lines string }

// same reports whether two sections say the same, whatever blank lines follow them.
func (s section) same(other section) bool {
	return strings.TrimRight(s.lines, "\r\n") == strings.TrimRight(other.lines, "\r\n")
}

type sections []section

func sectionsOf(page []byte) sections {
	out := sections{{}}
	fenced := false
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced && strings.HasPrefix(line, "## ") {
			out = append(out, section{heading: strings.TrimSpace(line)})
		}
		out[len(out)-1].lines += line
	}
	return out
}

func (all sections) index(heading string) int {
	return slices.IndexFunc(all, func(s section) bool { return s.heading == heading })
}

func (all sections) find(heading string) (found section, ok bool) {
	i := all.index(heading)
	if i < 0 {
		return section{}, false
	}
	return all[i], true
}

// text is the page: with a blank line behind each section but the last.
func (all sections) text() string {
	var out strings.Builder
	for i, s := range all {
		lines := s.lines
		end := "\n"
		if strings.Contains(lines, "\r\n") {
			end = "\r\n"
		}
		if body := strings.TrimRight(lines, "\r\n"); i < len(all)-1 && body != "" && !strings.HasSuffix(lines, end+end) {
			lines = body + end + end
		} else if i == len(all)-1 && strings.HasSuffix(lines, end+end) {
			lines = body + end
		}
		out.WriteString(lines)
	}
	return out.String()
}
