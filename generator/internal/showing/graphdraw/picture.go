// Package graphdraw shows a system of services: as text for a terminal, in the languages of Mermaid and Graphviz, as a
// picture, and as a page to look around in. Each is a function of the graph alone, byte for byte.
package graphdraw

import (
	"bytes"
	"fmt"
	"io"

	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// Format is a way to show a graph.
type Format string

// The formats.
const (
	Text    Format = "text"    // for a terminal, without colours
	Mermaid Format = "mermaid" // a flowchart, for Markdown
	DOT     Format = "dot"     // for Graphviz
	SVG     Format = "svg"     // a picture that needs no other file
	HTML    Format = "html"    // a page to look around in, which needs neither another file nor a network
)

// Formats are all that there are, the one to take by default first.
var Formats = []Format{Text, Mermaid, DOT, SVG, HTML}

// Write shows the graph, after [graph.Graph.Cycles] has marked its calls. A name that policies or protos give is text
// in every format, whatever it looks like; characters that do not print are U+FFFD.
func Write(w io.Writer, g *graph.Graph, format Format) error {
	draw, known := map[Format]func(*bytes.Buffer, *scene){Text: text, Mermaid: mermaid, DOT: dot, SVG: drawSVG, HTML: html}[format]
	if !known {
		return fmt.Errorf("no format is called %q, want one of %q", format, Formats)
	}
	var b bytes.Buffer
	draw(&b, newScene(g))
	_, err := w.Write(b.Bytes())
	return err
}
