package policy

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// FuzzLoad holds that any bytes give a policy or a problem with a position, and that a policy that was loaded, written
// out and loaded again is the same policy.
func FuzzLoad(f *testing.F) {
	for _, section := range regexp.MustCompile(`(?m)^[a-z]+:.*(\n .*)*`).FindAll(complete(f), -1) {
		f.Add(section) // one by one: what is long takes the fuzzer long to make short
	}
	f.Add([]byte("server: &a {requestTimeout: 1s}\nbalancing: *a\n"))
	f.Add([]byte("\ufeffversion: v1\r\nservice: {name: \"x\"}\r\n---\n"))
	f.Add([]byte("resilience: {methods: {A: {fallback: {value: &a [*a, {b: 1e3, c: ~}]}}}}"))
	f.Add([]byte("? [a]\n: {<<: *b}\n"))
	lang := whole()
	f.Fuzz(func(t *testing.T, src []byte) {
		p, problems := load(lang, "policy.yaml", src)
		for _, problem := range problems.All() {
			placed := problem.Line > 0 && problem.Col > 0 || len(src) > maxFileBytes
			require.True(t, placed, "no position: %s", problem)
			require.NotContains(t, problem.Message, "failed to")
		}
		if problems.HasErrors() {
			return
		}
		again, problems := load(lang, "again.yaml", dump(t, lang, p))
		require.False(t, problems.HasErrors(), "%v\n%s", texted(problems), dump(t, lang, p))
		require.Equal(t, bare(p), bare(again))
	})
}

// dump writes a policy out in full.
func dump(t testing.TB, lang *language, p *Policy) []byte {
	t.Helper()
	src, err := yaml.Dump(values(lang.root, reflect.ValueOf(p).Elem()))
	require.NoError(t, err)
	return src
}

// values is a Go value as plain maps, lists and scalars, without what is not set.
func values(k *key, v reflect.Value) any {
	switch k.shape {
	case section:
		out := map[string]any{}
		for _, c := range k.available() {
			field := v.FieldByIndex(c.index)
			if field.IsZero() && (c.optional || c.shape != single || !c.initial.IsValid()) {
				continue
			}
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			out[c.name] = values(c, field)
		}
		return out
	case table:
		out := map[string]any{}
		for _, name := range v.MapKeys() {
			entry := reflect.New(v.Type().Elem()).Elem()
			entry.Set(v.MapIndex(name))
			out[name.String()] = values(k.item, entry)
		}
		return out
	case list:
		out := []any{}
		for i := range v.Len() {
			out = append(out, values(k.item, v.Index(i)))
		}
		return out
	default:
		return jsonValue(v)
	}
}

// bare is a policy without its positions.
func bare(p *Policy) Policy {
	out := *p
	out.places, out.node = places{}, nil
	return out
}

func TestCompleteExampleIsStable(t *testing.T) {
	p, _ := load(whole(), "policy.yaml", complete(t))
	again, problems := load(whole(), "again.yaml", dump(t, whole(), p))
	require.False(t, problems.HasErrors(), texted(problems))
	assert.Equal(t, bare(p), bare(again))
}

// TestHostileFiles holds that a small file cannot take much time or memory.
func TestHostileFiles(t *testing.T) {
	laughs := "resilience: {methods: {A: {fallback: {value: {a: &a [x, x, x, x, x, x, x, x, x, x]"
	for name := 'b'; name < 'p'; name++ {
		before := string(name - 1)
		laughs += ", " + string(name) + ": &" + string(name) + " [" + strings.TrimSuffix(strings.Repeat("*"+before+", ", 10), ", ") + "]"
	}
	for name, src := range map[string]string{
		"a billion laughs": laughs + "}}}}}",
		"a ring":           "resilience: {methods: {A: {fallback: {value: &a [*a, *a]}}}}",
		"deep":             strings.Repeat("[", 1<<19),
		"deep value":       "resilience: {methods: {A: {fallback: {value: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}}}}",
		"wide":             strings.Repeat("a: ~\n", 1<<17),
		"wide and wrong":   "server:\n" + wide(1<<14),
		"long key":         strings.Repeat("k", 1<<19) + ": {a: 1}",
		"too large":        strings.Repeat("#", maxFileBytes+1),
	} {
		began := time.Now()
		_, problems := load(whole(), "policy.yaml", []byte(src))
		assert.True(t, problems.HasErrors(), name)
		assert.LessOrEqual(t, len(problems.All()[0].Text()), 400, name)
		t.Logf("%s: %v, %d problems, first %s", name, time.Since(began), len(problems.All()), problems.All()[0])
	}
}

func wide(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  key%d: 1\n", i)
	}
	return b.String()
}
