package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// TestNestingAndAliasesEnd: a small file neither takes all memory nor keeps the run busy, whatever it nests or repeats.
func TestNestingAndAliasesEnd(t *testing.T) {
	const at = "resilience: {methods: {M: {fallback: {value: "
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for level := range strings.SplitSeq("1 2 3 4 5 6 7 8 9", " ") {
		below := "*a" + string(level[0]-1)
		bomb += "a" + level + ": &a" + level + " [" + strings.Repeat(below+", ", 9) + below + "]\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"lists":               {at + strings.Repeat("[", 200_000), "not YAML: "},
		"mappings":            {at + strings.Repeat("{a: ", 200_000), "not YAML: "},
		"closed lists":        {at + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "}}}}", "too large for a policy once its aliases are followed"},
		"a value in itself":   {"service: &s {name: a, hosts: [*s]}\n" + at + "&v {v: *v}}}}}", "wrong type"},
		"a value of its own":  {at + "&v {v: *v}}}}}", "too large for a policy once its aliases are followed"},
		"aliases of aliases":  {bomb + at + "*a9}}}}", "too large for a policy once its aliases are followed"},
		"an alias to nothing": {at + "*none}}}}", "not YAML: "},
	} {
		_, problems := policy.Load("policy.yaml", []byte(c.text))
		var texts []string
		for _, p := range problems.All() {
			texts = append(texts, p.String())
		}
		assert.Contains(t, strings.Join(texts, "\n"), c.want, name)
	}
}
