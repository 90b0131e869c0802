package merge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
)

// page is a page with sections: each letter is one, upper-case where its user has changed it and a digit behind it where msgen has.
func page(sections string) string {
	texts := []string{"# shop\n\nServes.\n"}
	for name := range strings.FieldsSeq(sections) {
		heading := strings.ToLower(name[:1])
		texts = append(texts, "## "+heading+"\n\nSays "+name+".\n\n```sh\n## no heading\n```\n")
	}
	return strings.Join(texts, "\n")
}

func TestSections(t *testing.T) {
	for name, c := range map[string]struct{ base, mine, theirs, want string }{
		"the user's and msgen's":          {"a b c", "A b c", "a1 b1 c", "A b1 c"},
		"a new section":                   {"a c", "A c", "a b c d", "A b c d"},
		"a section that goes":             {"a b c", "A b c", "a c", "A c"},
		"a section of both that goes":     {"a b", "a B", "a", "a B"},
		"one of the user's own":           {"a b", "a x b", "a b1", "a x b1"},
		"a section that the user removed": {"a b c", "a c", "a1 b1 c", "a1 c"},
		"another order":                   {"a b c", "c b a", "a b1 d c", "c b1 d a"},
		"all of it":                       {"a b", "", "a1 b1 c", "c"},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			mine, want := strings.ReplaceAll(page(c.mine), "\n", end), strings.ReplaceAll(page(c.want), "\n", end)
			result := merge.File("README.md", []byte(page(c.base)), []byte(mine), []byte(page(c.theirs)), nil)
			assert.Empty(t, result.Conflicts)
			assert.Equal(t, want, string(result.Content), name)
		}
	}
}
