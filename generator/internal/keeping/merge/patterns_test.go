package merge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
)

func TestPatterns(t *testing.T) {
	for name, c := range map[string]struct{ base, mine, theirs, want string }{
		"lines of both at one place": {"# x\n/a g\n/c g\n", "# x\n/a g\n*.png binary\n/c g\n", "# x\n/a g\n/b g\n/c g\n", "# x\n/a g\n/b g\n*.png binary\n/c g\n"},
		"a line that msgen drops":    {"/a g\n/b g\n", "/a g\nmine\n/b g\n", "/a g\n", "/a g\nmine\n"},
		"a line that its user took":  {"/a g\n/b g\n", "/b g\n", "/a g\n/b g\n/c g\n", "/b g\n/c g\n"},
		"a file of the user's":       {"", "* text=auto\n\n*.png binary\n", "# x\n/a g\n", "* text=auto\n\n*.png binary\n# x\n/a g\n"},
		"that has no final newline":  {"", "* text=auto", "/a g\n", "* text=auto\n/a g\n"},
		"that is empty":              {"", "", "/a g\n", "/a g\n"},
		"on Windows":                 {"/a g\n", "/a g\r\nmine\r\n", "/a g\n/b g\n", "/a g\r\n/b g\r\nmine\r\n"},
	} {
		got := merge.File(".gitattributes", []byte(c.base), []byte(c.mine), []byte(c.theirs), nil)
		assert.Empty(t, got.Conflicts, name)
		assert.Equal(t, c.want, string(got.Content), name)
	}
}

// TestNearest: the text that a file has grown from is known by the lines that the file has.
func TestNearest(t *testing.T) {
	ours, theirs := "a\nours\nb\n", "a\nb\ntheirs\n"
	bases := merge.Joined([][]byte{[]byte(ours), []byte(theirs)})
	for name, c := range map[string]struct{ mine, want string }{
		"of one branch": {"a\nours\nmine\nb\n", ours},
		"of the other":  {"mine\na\nb\ntheirs\n", theirs},
		"of both":       {"a\nours\nmine\nb\ntheirs\n", "a\nours\nb\ntheirs\n"},
		"on Windows":    {"a\r\nb\r\ntheirs\r\n", theirs},
	} {
		assert.Equal(t, c.want, string(merge.Nearest([]byte(c.mine), bases)), name)
	}
	one := [][]byte{[]byte(ours)}
	assert.Equal(t, one, merge.Joined(one))
	crossed := merge.Joined([][]byte{[]byte("x\n1\n"), []byte("x\n2\n")})
	assert.Equal(t, "x\n2\n1\n", string(merge.Nearest([]byte("x\n2\n1\nmine\n"), crossed)), "in the order in which a person has put them")
}
