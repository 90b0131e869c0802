package plan

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// Diff writes the plan's [Plan.Changes] to w as one unified diff from the disk to what msgen renders, in the form
// that `git apply` and `patch -p1` take. Refusals are in it too, so that their users see what msgen would write. With
// colours the lines carry ANSI escapes. The error is w's.
func (p *Plan) Diff(w io.Writer, colours bool) error {
	for _, a := range p.Changes() {
		text := a.Diff()
		if colours {
			text = colour(text)
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// Diff is the action's part of [Plan.Diff], without colours. It is empty where something stands at the path that is no
// file and has no lines.
func (a Action) Diff() string {
	if a.Found.Kind == disk.Special || a.Found.Kind == disk.Blocked {
		return ""
	}
	from, to := "a/"+a.Place(), "b/"+a.Place()
	header := fmt.Sprintf("diff --git %s %s\n", from, to)
	switch {
	case a.Found.Kind == disk.Absent:
		header += fmt.Sprintf("new file mode %s\n", gitMode(a.Mode))
		from = "/dev/null"
	case a.Kind == Remove:
		header += fmt.Sprintf("deleted file mode %s\n", gitMode(a.Found.Mode))
		to = "/dev/null"
	}
	if binary(a.Found.Content) || binary(a.New) {
		return header + fmt.Sprintf("Binary files %s and %s differ\n", from, to)
	}
	return header + udiff.Unified(from, to, string(a.Found.Content), string(a.New))
}

// gitMode is the file mode as git writes it, which knows only whether a file can be executed.
func gitMode(mode fs.FileMode) string {
	if mode&0o111 != 0 {
		return "100755"
	}
	return "100644"
}

// binary reports whether lines of the content would garble a terminal or a patch.
func binary(content []byte) bool {
	return bytes.IndexByte(content, 0) >= 0 || !utf8.Valid(content)
}

// The ANSI escapes, as git colours its diffs.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	plain = "\x1b[m"
)

// colour paints one file's diff line by line.
func colour(text string) string {
	var b strings.Builder
	header := true // until the first hunk: "--- a/x" is no removed line
	for line := range strings.Lines(text) {
		paint := ""
		switch {
		case strings.HasPrefix(line, "@@"):
			header, paint = false, cyan
		case header:
			paint = bold
		case line[0] == '+':
			paint = green
		case line[0] == '-':
			paint = red
		}
		if paint == "" {
			b.WriteString(line)
			continue
		}
		b.WriteString(paint + strings.TrimSuffix(line, "\n") + plain + "\n")
	}
	return b.String()
}
