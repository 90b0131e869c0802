package checkout_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

func TestSame(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"equal":               {"a\nb\n", "a\nb\n", true},
		"every line":          {"a\nb\n", "a\r\nb\r\n", true},
		"no final newline":    {"a\nb", "a\r\nb", true},
		"some lines":          {"a\nb\n", "a\r\nb\n", false},
		"final newline added": {"a\nb", "a\r\nb\r\n", false},
		"byte order mark":     {"a\n", "\ufeffa\n", false},
		"old Mac":             {"a\nb\n", "a\rb\r", false},
		"binary":              {"\x00a\n", "\x00a\r\n", false},
	} {
		assert.Equal(t, c.want, checkout.Same([]byte(c.a), []byte(c.b)), name)
		assert.Equal(t, c.want, checkout.Same([]byte(c.b), []byte(c.a)), name)
	}
}

func TestLike(t *testing.T) {
	for name, c := range map[string]struct{ text, other, want string }{
		"of a checkout on Windows":  {"a\nb\n", "x\r\n", "a\r\nb\r\n"},
		"of any other":              {"a\nb\n", "x\n", "a\nb\n"},
		"of a mixed one":            {"a\nb\n", "x\r\ny\n", "a\nb\n"},
		"that has the endings":      {"a\r\nb\r\n", "x\r\n", "a\r\nb\r\n"},
		"of a text without any end": {"a\n", "x", "a\n"},
	} {
		assert.Equal(t, c.want, string(checkout.Like([]byte(c.text), []byte(c.other))), name)
	}
}

func TestConflict(t *testing.T) {
	for text, want := range map[string]int{
		"":                                            0,
		"a\n<<<<<<< HEAD\nb\n":                        0,
		"a\n<<<<<<< HEAD\nb\n=======\n":               0,
		"=======\n>>>>>>> main\n":                     0,
		"Title\n=======\n<<<<<<< not\n":               0,
		" <<<<<<< HEAD\n=======\n>>>>>>> b\n":         0,
		"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n": 1,
		"a\n<<<<<<< yours\n||||||| base\n=======\nb\n>>>>>>> now\n": 2,
		"<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> main\r\n":     1,
	} {
		assert.Equal(t, want, checkout.Conflict([]byte(text)), text)
	}
}

func TestSides(t *testing.T) {
	for text, want := range map[string][]string{
		"a\nb\n": {"a\nb\n"},
		"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\nd\n":                                                {"a\nb\nd\n", "a\nc\nd\n"},
		"<<<<<<< HEAD\r\n=======\r\nc\r\n>>>>>>> main\r\n":                                                 {"", "c\r\n"},
		"<<<<<<< a\n1\n||||||| base\n0\n<<<<<<<<< x\n=========\n>>>>>>>>> y\n=======\n2\n>>>>>>> b\nend\n": {"1\nend\n", "2\nend\n"},
		"<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n<<<<<<< a\n3\n=======\n4\n>>>>>>> b\n":                       {"1\n3\n", "2\n4\n"},
	} {
		var got []string
		for _, side := range checkout.Sides([]byte(text)) {
			got = append(got, string(side))
		}
		assert.Equal(t, want, got, text)
	}
}
