package words

import (
	"regexp"
	"strings"
)

// A word of a passage. Names and holes have no text.
type word struct {
	text  string // without punctuation
	lower string // text in lower case
	raw   string
	line  int
	apart bool // punctuation stands between it and the word before
	opens bool // it begins a sentence
}

var (
	inBackticks = regexp.MustCompile("(?s)`[^`]{1,300}`")
	docLink     = regexp.MustCompile(`^\[[^\]]+\]`)
)

const (
	punctuation = `.,:;!?'()[]{}*|…` + "’"
	ofNames     = "/_=.@<>{}[]()%$\\+#&*:`" + hole
)

// wordsOf splits a passage into words. Text in backticks is code, and a word with a slash or a dot inside is a name.
func wordsOf(p passage) []word {
	text := inBackticks.ReplaceAllStringFunc(strings.Join(p.lines, "\n"), dig)
	var found []word
	apart, opens := true, true
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			apart, opens = true, true
		}
		for raw := range strings.FieldsSeq(strings.ReplaceAll(line, `"`, ` " `)) {
			core := strings.Trim(raw, punctuation)
			lead, tail := strings.Index(raw, core), strings.HasSuffix(raw, core)
			if core == "" {
				apart, opens = true, opens || strings.ContainsAny(raw, ".:;!?")
				continue
			}
			w := word{raw: raw, line: p.first + i, apart: apart || lead > 0, opens: opens}
			if !strings.ContainsAny(core, ofNames) && !docLink.MatchString(raw) {
				w.text, w.lower = core, strings.ToLower(core)
			}
			found = append(found, w)
			apart, opens = !tail, strings.ContainsAny(raw[len(raw)-1:], ".:;!?")
		}
	}
	return found
}
