package policy

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// visit is one key of a policy file: where it stands, what the language says of it, and what it may not be renamed to.
type visit struct {
	key      *key
	siblings []*key
	name     *yaml.Node // nil for items and for entries of tables
	value    *yaml.Node
}

// visits walks a policy and the language together.
func visits(k *key, node *yaml.Node) []visit {
	var found []visit
	switch k.shape {
	case section:
		for i := 0; i+1 < len(node.Content); i += 2 {
			c := k.child(node.Content[i].Value)
			found = append(found, visit{key: c, siblings: k.keys, name: node.Content[i], value: node.Content[i+1]})
			found = append(found, visits(c, node.Content[i+1])...)
		}
	case table:
		for i := 1; i < len(node.Content); i += 2 {
			found = append(found, visit{key: k.item, value: node.Content[i]})
			found = append(found, visits(k.item, node.Content[i])...)
		}
	case list:
		for _, item := range node.Content {
			found = append(found, visit{key: k.item, value: item})
			found = append(found, visits(k.item, item)...)
		}
	}
	return found
}

func completeVisits(t *testing.T, lang *language) ([]byte, []visit) {
	src := complete(t)
	node, problem := parse("policy", "policy.yaml", src)
	require.Nil(t, problem)
	found := visits(lang.root, node)
	require.Greater(t, len(found), 150)
	return src, found
}

// replace puts text in the place of the old one at a line and column, all of it ASCII.
func replace(src []byte, line, col int, old, text string) []byte {
	lines := bytes.SplitAfter(src, []byte("\n"))
	at := col - 1
	for _, l := range lines[:line-1] {
		at += len(l)
	}
	if got := string(src[at : at+len(old)]); got != old {
		panic(fmt.Sprintf("%d:%d: %q, want %q", line, col, got, old))
	}
	return slices.Concat(src[:at], []byte(text), src[at+len(old):])
}

// misspelt gets each letter of a name wrong once: left out, doubled, replaced and swapped with the next, in turn.
func misspelt(name string) []string {
	var out []string
	for i := range name {
		before, letter, after := name[:i], name[i:i+1], name[i+1:]
		wrong := before + after
		switch next := i + 1; {
		case i%4 == 1:
			wrong = before + letter + letter + after
		case i%4 == 2:
			wrong = before + "x" + after
		case i%4 == 3 && next < len(name):
			wrong = before + name[next:next+1] + letter + name[next+1:]
		}
		if wrong != "" && wrong != name {
			out = append(out, wrong)
		}
	}
	return out
}

func TestEveryMisspeltKeyIsFound(t *testing.T) {
	lang := whole()
	validate := validator(t, lang)
	src, all := completeVisits(t, lang)
	tried := 0
	for _, v := range all {
		if v.name == nil {
			continue
		}
		for _, wrong := range misspelt(v.name.Value) {
			if slices.ContainsFunc(v.siblings, func(k *key) bool { return k.name == wrong }) {
				continue
			}
			tried++
			mutated := replace(src, v.name.Line, v.name.Column, v.name.Value, wrong)
			_, problems := load(lang, "policy.yaml", mutated)
			i := slices.IndexFunc(problems.All(), func(p diag.Problem) bool {
				return p.Severity == diag.Error && p.Line == v.name.Line && p.Col == v.name.Column
			})
			if !assert.GreaterOrEqual(t, i, 0, "%s as %s: no error at %d:%d", v.key.path, wrong, v.name.Line, v.name.Column) {
				continue
			}
			p := problems.All()[i]
			assert.True(t, strings.HasSuffix(p.Message, wrong+": unknown key"), p.Message)
			assert.Equal(t, wrong, p.Found)
			assert.Equal(t, fmt.Sprintf("did you mean %q?", v.name.Value), p.Fix, "%s as %s", v.key.path, wrong)
			if tried%5 == 0 { // the schema is slower, and knows nothing of letters
				assert.Error(t, validate(mutated), "%s as %s", v.key.path, wrong)
			}
		}
	}
	assert.Greater(t, tried, 900)
}

// wrongs is a value of each type of YAML, by its tag; "" is no value.
func wrongs() map[string]string {
	return map[string]string{
		"!!map": "{a: 1}", "!!seq": "[1]", "!!bool": "true", "!!int": "12", "!!float": "1.5", "!!str": "wrong type",
		"!!timestamp": "2020-01-01", "!!null": "~", "!custom": "!custom x",
	}
}

// fits reports whether a value of a YAML type may be right for a key.
func fits(k *key, tag string) bool {
	if tag == "!!null" && k.inherits {
		return true
	}
	switch k.shape {
	case single:
		return k.kind.takes(tag)
	case list:
		return tag == "!!seq"
	case section:
		return tag == "!!map" || tag == "!!null" && k.mayBeNull()
	case table:
		return tag == "!!map"
	default:
		return tag != "!!null"
	}
}

func TestEveryWrongTypeIsFound(t *testing.T) {
	lang := whole()
	validate := validator(t, lang)
	src, all := completeVisits(t, lang)
	tried := 0
	for _, v := range all {
		old, ok := written(src, v.value)
		if !ok {
			continue
		}
		for _, tag := range slices.Sorted(maps.Keys(wrongs())) {
			text := wrongs()[tag]
			if fits(v.key, tag) {
				continue
			}
			tried++
			mutated := replace(src, v.value.Line, v.value.Column, old, text)
			_, problems := load(lang, "policy.yaml", mutated)
			message := ": wrong type"
			if tag == "!!null" {
				message = ": no value"
			}
			assert.True(t, slices.ContainsFunc(problems.All(), func(p diag.Problem) bool {
				return p.Line == v.value.Line && p.Col == v.value.Column && p.Want != "" && strings.HasSuffix(p.Message, message)
			}), "%s: %s at %d:%d: %v", v.key.path, text, v.value.Line, v.value.Column, texted(problems))
			if tried%3 == 0 && tag != "!custom" && tag != "!!timestamp" { // which JSON does not have
				assert.Error(t, validate(mutated), "%s: %s", v.key.path, text)
			}
		}
	}
	assert.Greater(t, tried, 800)
}

// written is the text of a value in one line; it is false for blocks of lines.
func written(src []byte, node *yaml.Node) (string, bool) {
	if node.Kind == yaml.ScalarNode {
		return node.Value, true
	}
	if node.Style&yaml.FlowStyle == 0 {
		return "", false
	}
	text := string(bytes.Split(src, []byte("\n"))[node.Line-1][node.Column-1:])
	depth := 0
	for i, c := range text {
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if depth == 0 {
			return text[:i+1], true
		}
	}
	return "", false
}
