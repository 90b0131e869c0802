package splice_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// TestFormatted: an edit that lets the columns of a clean file slip puts them right, with either kind of line ends. A file that is not
// clean stays as its user has it.
func TestFormatted(t *testing.T) {
	const clean = "package a\n\nimport (\n\t\"b\" // one\n\t\"d\" // two\n)\n\ntype T struct {\n\tlong int // has\n\ta    int // columns\n}\n"
	edit := strings.NewReplacer("\t\"b\"", "\t\"e\"", "\tlong int", "\tlo int")
	const want = "package a\n\nimport (\n\t\"d\" // two\n\t\"e\" // one\n)\n\ntype T struct {\n\tlo int // has\n\ta  int // columns\n}\n"
	windows := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	for name, c := range map[string]struct{ before, after, want string }{
		"clean":             {clean, edit.Replace(clean), want},
		"clean, on Windows": {windows(clean), edit.Replace(windows(clean)), windows(want)},
		"not clean":         {clean + "\n", edit.Replace(clean), edit.Replace(clean)},
		"mixed line ends":   {windows(clean) + "\n", edit.Replace(clean), edit.Replace(clean)},
		"one lost its LF":   {strings.Replace(windows(clean), "\r\n", "\n", 3), edit.Replace(clean), edit.Replace(clean)},
		"broken meanwhile":  {clean, clean + "}", clean + "}"},
	} {
		assert.Equal(t, c.want, string(splice.Formatted([]byte(c.before), []byte(c.after))), name)
	}
}
