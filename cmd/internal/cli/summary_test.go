package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator"
)

func TestSummaryText(t *testing.T) {
	create := generator.Change{Path: "a.go", Action: generator.Create}
	update := generator.Change{Path: "b.go", Action: generator.Update}
	same := generator.Change{Path: "c.go", Action: generator.Same}
	remove := generator.Change{Path: "d.go", Action: generator.Remove}
	yours := generator.Change{Path: "e.go", Action: generator.Keep}
	deleted := generator.Change{Path: "f.go", Action: generator.Keep, Reason: "was deleted, and stays so"}
	orphan := generator.Change{Path: "g.go", Action: generator.Orphan, Reason: "stays", Fix: "delete it"}

	for _, test := range []struct {
		about   string
		changes []generator.Change
		want    string
	}{
		{"nothing to do", []generator.Change{same, yours}, "dir: up to date (2 files)\n"},
		{"one of each", []generator.Change{create, update, same, remove, yours, deleted, orphan}, `dir: created 1 file, updated 1, removed 1, kept 2; 2 unchanged
  created  a.go
  updated  b.go
  removed  d.go
  kept     f.go: was deleted, and stays so
  kept     g.go: stays; delete it
note: mind this
next: cd dir && go mod tidy
`},
		{"many", append(repeat(create, 11), remove), `dir: created 11 files, removed 1
  removed  d.go
note: mind this
next: cd dir && go mod tidy
`},
		{"news of what stays", []generator.Change{same, deleted}, `dir: up to date (2 files)
  kept     f.go: was deleted, and stays so
`},
	} {
		s := summary{Dir: "dir", Notes: []string{"mind this"}, Next: []string{"go mod tidy"}}
		for _, change := range test.changes {
			if s.Summary.add(change) {
				s.Changes = append(s.Changes, change)
			}
		}
		assert.Equal(t, test.want, s.text(), test.about)
	}
}

func TestLongNextTakesLines(t *testing.T) {
	long := "printf '%s\\n' '" + strings.Repeat("x", 160) + "' >../../.gitlab-ci.yml"
	s := summary{Dir: "dir", Next: []string{"go mod tidy", "mkdir -p up", long}}
	s.Summary.add(generator.Change{Path: "a.go", Action: generator.Create})
	assert.Equal(t, "dir: created 1 file\nnext: cd dir && go mod tidy && \\\n      mkdir -p up && \\\n      "+long+"\n", s.text())
}

func repeat(change generator.Change, n int) []generator.Change {
	out := make([]generator.Change, n)
	for i := range out {
		out[i] = change
	}
	return out
}

func TestQuoteForShell(t *testing.T) {
	for word, want := range map[string]string{
		"../a-b/c.proto": "../a-b/c.proto",
		"a b":            "'a b'",
		"it's":           `'it'\''s'`,
		"$(x)":           "'$(x)'",
		"":               "''",
	} {
		assert.Equal(t, want, quoteForShell(word))
	}
}
