package words

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// An index holds the patterns of all phrases, by the word with which they begin.
type index struct {
	byWord map[string][]*compiled
	names  []string
}

type compiled struct {
	phrase    *Phrase
	any, fine []pattern
}

func compile(phrases []Phrase) (*index, error) {
	x := &index{byWord: map[string][]*compiled{}}
	for i := range phrases {
		c := &compiled{phrase: &phrases[i]}
		var err error
		if c.any, err = compilePatterns(c.phrase.Any); err != nil {
			return nil, fmt.Errorf("%s: %w", c.phrase.Name, err)
		}
		if c.fine, err = compilePatterns(c.phrase.Fine); err != nil {
			return nil, fmt.Errorf("%s: %w", c.phrase.Name, err)
		}
		x.names = append(x.names, c.phrase.Name)
		for _, p := range c.any {
			for _, word := range p.steps[0] {
				word = strings.ToLower(word)
				if !slices.Contains(x.byWord[word], c) {
					x.byWord[word] = append(x.byWord[word], c)
				}
			}
		}
	}
	return x, nil
}

// at returns the number of words of the phrase at i. It is 0 where the words are not the phrase, or are fine.
func (c *compiled) at(words []word, i int) int {
	for _, p := range c.any {
		if !p.matches(words, i) {
			continue
		}
		if end := i + len(p.steps); !c.isFine(words, i, end) {
			return len(p.steps)
		}
	}
	return 0
}

func (c *compiled) isFine(words []word, begin, end int) bool {
	for _, p := range c.fine {
		for i := end - len(p.steps); i <= begin; i++ {
			if p.matches(words, i) {
				return true
			}
		}
	}
	return false
}

// An allowance is a comment that allows a phrase.
type allowance struct {
	phrase string
	line   int
	used   bool
}

var allowMark = regexp.MustCompile(`(?:^|#|//|<!--)\s*words:allow\b *([^:]*)(?::\s*(.*?))?\s*(?:-->|\*/)?\s*$`)

// search adds the places of a file to found, and the faults of its allow comments.
func (x *index) search(path string, passages []passage, found *Found) {
	allowed := x.takeAllowances(path, passages, found)
	for _, p := range passages {
		words := wordsOf(p)
		for i, w := range words {
			for _, c := range x.byWord[w.lower] {
				if c.phrase.Documents && !isDocument(path) {
					continue
				}
				if n := c.at(words, i); n > 0 && !isAllowed(allowed, c.phrase.Name, p) {
					found.Places = append(found.Places, Place{c.phrase, path, w.line, strings.ReplaceAll(sentence(words, i, i+n), hole, "…")})
				}
			}
		}
	}
	for _, a := range allowed {
		if !a.used {
			found.Faults = append(found.Faults, fmt.Sprintf("%s:%d: words:allow %s: nothing here needs it; remove it", path, a.line, a.phrase))
		}
	}
}

// takeAllowances removes the allow comments from the passages, and returns the complete ones.
func (x *index) takeAllowances(path string, passages []passage, found *Found) []*allowance {
	var allowed []*allowance
	for _, p := range passages {
		for i, line := range p.lines {
			if !strings.Contains(line, "words:allow") {
				continue
			}
			m := allowMark.FindStringSubmatchIndex(line)
			if m == nil {
				continue
			}
			p.lines[i] = line[:m[0]]
			a := &allowance{phrase: strings.TrimSpace(line[m[2]:m[3]]), line: p.first + i}
			switch {
			case !slices.Contains(x.names, a.phrase):
				found.Faults = append(found.Faults, fmt.Sprintf("%s:%d: words:allow: no such phrase: found %q, want a name of phrases.go", path, a.line, a.phrase))
			case m[4] < 0 || m[4] == m[5]:
				found.Faults = append(found.Faults, fmt.Sprintf("%s:%d: words:allow %s: no reason; write it after a colon", path, a.line, a.phrase))
			default:
				allowed = append(allowed, a)
			}
		}
	}
	return allowed
}

// isAllowed reports whether a comment in the passage, or right above it, allows the phrase.
func isAllowed(allowed []*allowance, phrase string, p passage) bool {
	for _, a := range allowed {
		if a.phrase == phrase && a.line >= p.first-1 && a.line < p.first+len(p.lines) {
			a.used = true
			return true
		}
	}
	return false
}

// longest is how many words before and after a phrase a report shows.
const longest = 14

// sentence returns the sentence around words[begin:end].
func sentence(words []word, begin, end int) string {
	from := begin
	for from > 0 && begin-from < longest && !words[from].opens {
		from--
	}
	to := end
	for to < len(words) && to-end < longest && !words[to].opens {
		to++
	}
	var raw []string
	for _, w := range words[from:to] {
		raw = append(raw, w.raw)
	}
	return strings.Join(raw, " ")
}
