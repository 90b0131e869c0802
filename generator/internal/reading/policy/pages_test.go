package policy

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the expected files; the run fails all the same")

// golden compares got with a file, or rewrites the file.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(path)
	if *update && string(want) != string(got) {
		require.NoError(t, os.WriteFile(path, got, 0o644))
		t.Errorf("%s: updated", path)
		return
	}
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "%s is out of date: run go test -update", path)
}

func TestReferencePageIsCurrent(t *testing.T) {
	golden(t, "../../../../docs/policy.md", Reference())
}

func TestReferenceExamplesLoad(t *testing.T) {
	for name, lang := range map[string]*language{"released": released(), "whole": whole()} {
		examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(lang.reference()), -1)
		require.NotEmpty(t, examples)
		var all strings.Builder
		for _, example := range examples {
			all.WriteString(example[1])
		}
		_, problems := load(lang, "example.yaml", []byte(all.String()))
		assert.False(t, problems.HasErrors(), "%s: %v", name, texted(problems))
	}
}

// uncommented removes the comment mark before each key, and leaves prose alone.
func uncommented(starter []byte) []byte {
	return regexp.MustCompile(`(?m)^( *)#([^ ])`).ReplaceAll(starter, []byte("$1$2"))
}

func TestStarterIsTheDefaultPolicy(t *testing.T) {
	for name, src := range map[string][]byte{"as written": Starter("orders"), "uncommented": uncommented(Starter("orders"))} {
		p, problems := Load("policy.yaml", src)
		require.False(t, problems.HasErrors(), "%s: %s", name, texted(problems)) // it warns of providers that are not chosen
		assert.Equal(t, "orders", p.Service.Name)
		want := Default()
		want.Service.Name = "orders"
		p.file, p.written, p.node, want.written = "", nil, nil, nil
		assert.Equal(t, want, p, name)
	}
}

func TestStarterShowsEveryKey(t *testing.T) {
	starter := string(Starter("orders"))
	for _, k := range keysOf(released().root) {
		if k.apart { // contradicts what is shown beside it
			continue
		}
		assert.Regexp(t, `(?m)^[ #-]*`+regexp.QuoteMeta(k.name)+`:`, starter, k.path)
	}
	assert.Contains(t, string(Starter("123")), `name: '123'`, "a name that looks like a number")
}

// keysOf lists the available keys at and below a key.
func keysOf(k *key) []*key {
	var keys []*key
	for _, c := range k.available() {
		keys = append(keys, c)
		keys = append(keys, keysOf(c)...)
	}
	if k.item != nil {
		keys = append(keys, keysOf(k.item)...)
	}
	return keys
}
