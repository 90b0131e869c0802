package policy

import (
	"flag"
	"os"
	"regexp"
	"slices"
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

// uncommented removes the mark before each key that is shown at its default, and leaves prose and examples alone.
func uncommented(starter []byte) []byte {
	lines := strings.SplitAfter(string(starter), "\n")
	for _, block := range blocksOf(lines) {
		if !block.example {
			copy(lines[block.from:], byHand(lines[block.from:block.to]))
		}
	}
	return []byte(strings.Join(lines, ""))
}

// block is a key of the starter that is commented out, with what belongs to it.
type block struct {
	from, to int // lines
	example  bool
}

func blocksOf(lines []string) []block {
	first, more := regexp.MustCompile(`^ *#[^ #]`), regexp.MustCompile(`^ *#  `)
	var blocks []block
	for i := range lines {
		if !first.MatchString(lines[i]) {
			continue
		}
		b := block{from: i, to: i + 1, example: strings.HasSuffix(lines[i-1], "For example:\n")}
		for b.to < len(lines) && more.MatchString(lines[b.to]) {
			b.to++
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// byHand removes the # alone, byEditor one space after it too, as the toggles of editors do.
func byHand(lines []string) []string { return without(lines, `^( *)#`) }

func byEditor(lines []string) []string { return without(lines, `^( *)# ?`) }

func without(lines []string, mark string) []string {
	var out []string
	for _, line := range lines {
		out = append(out, regexp.MustCompile(mark).ReplaceAllString(line, "$1"))
	}
	return out
}

// TestEachBlockOfTheStarter: whatever a person takes in, and however, is a policy. Two keys may contradict each other only where all
// are taken in.
func TestEachBlockOfTheStarter(t *testing.T) {
	lines := strings.SplitAfter(string(Starter("orders", "")), "\n")
	blocks := blocksOf(lines)
	require.Greater(t, len(blocks), 40)
	for name, remove := range map[string]func([]string) []string{"by hand": byHand, "by an editor": byEditor} {
		for _, b := range blocks {
			text := slices.Concat(lines[:b.from], remove(lines[b.from:b.to]), lines[b.to:])
			_, problems := Load("policy.yaml", []byte(strings.Join(text, "")))
			assert.False(t, problems.HasErrors(), "%s: %s%s", name, strings.Join(lines[b.from:b.to], ""), texted(problems))
		}
	}
}

func TestStarterIsTheDefaultPolicy(t *testing.T) {
	for name, src := range map[string][]byte{"as written": Starter("orders", ""), "uncommented": uncommented(Starter("orders", ""))} {
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
	starter := string(Starter("orders", ""))
	for _, k := range keysOf(released().root) {
		if k.apart { // contradicts what is shown beside it
			continue
		}
		assert.Regexp(t, `(?m)^[ #-]*`+regexp.QuoteMeta(k.name)+`:`, starter, k.path)
	}
	assert.Contains(t, string(Starter("123", "")), `name: '123'`, "a name that looks like a number")
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
