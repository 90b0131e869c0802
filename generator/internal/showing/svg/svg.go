// Package svg is what msgen's pictures are made of: SVG that needs no other file, in the fonts that the machine has.
package svg

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Family is the font of plain text.
const Family = `system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif`

// Canvas is a picture on its way.
type Canvas struct{ body strings.Builder }

// Draw adds an element. Text among the arguments has been through [Escape].
func (c *Canvas) Draw(format string, args ...any) { fmt.Fprintf(&c.body, format+"\n", args...) }

// Text adds a text of a class, its base line beginning at x and y.
func (c *Canvas) Text(x, y int, class, text string) {
	c.Draw(`<text x="%d" y="%d" class="%s">%s</text>`, x, y, class, Escape(text))
}

// Add puts another canvas on top.
func (c *Canvas) Add(other *Canvas) { c.body.WriteString(other.String()) }

func (c *Canvas) String() string { return c.body.String() }

// Escape is a text as an element or a quoted attribute holds it. What XML cannot hold is U+FFFD.
func Escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes all
	return b.String()
}

// Open begins a picture: its size in pixels, what it shows in words, and its style.
func Open(w io.Writer, width, height int, label, style string) {
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-label="%[3]s">`+"\n",
		width, height, Escape(label))
	if style != "" {
		fmt.Fprintf(w, "<style>%s</style>\n", style)
	}
}
