package words

import (
	"errors"
	"slices"
	"strings"
)

// A step lists the words that a pattern takes in one place. An empty step takes any word.
type step []string

type pattern struct {
	opens bool
	steps []step
}

func compilePattern(text string) (pattern, error) {
	var p pattern
	text, p.opens = strings.CutPrefix(text, "^")
	for field := range strings.FieldsSeq(text) {
		if field == "*" {
			p.steps = append(p.steps, nil)
			continue
		}
		p.steps = append(p.steps, strings.Split(field, "|"))
	}
	if len(p.steps) == 0 {
		return p, errors.New("a pattern has no words")
	}
	return p, nil
}

func compilePatterns(texts []string) ([]pattern, error) {
	var patterns []pattern
	for _, text := range texts {
		p, err := compilePattern(text)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, p)
	}
	return patterns, nil
}

// matches reports whether the pattern matches the words from i on.
func (p pattern) matches(words []word, i int) bool {
	if i < 0 || i+len(p.steps) > len(words) || p.opens && !words[i].opens {
		return false
	}
	for j, step := range p.steps {
		w := words[i+j]
		if j > 0 && w.apart || step != nil && !slices.Contains(step, w.lower) && !slices.Contains(step, w.text) {
			return false
		}
	}
	return true
}
