package graphdraw

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/msgen/msgen/generator/internal/showing/graphlayout"
	"github.com/msgen/msgen/generator/internal/showing/svg"
)

// style is that of the picture, by itself and in the page. It names colours outright, once for light and once for dark:
// what turns SVG into other formats seldom knows CSS's variables.
//
//go:embed picture.css
var style string

const fonts = "\ntext { font-family: " + svg.Family + "; font-size: 13px; }\n"

// Measures in pixels.
const (
	maxName     = 40 // characters of a name in a box
	maxCaptions = 3  // of the calls of one arrow
	maxLabelled = 48 // arrows; more of them, and their labels would be in each other's way
	lineHeight  = 15
	headLength  = 8
	portHeight  = 9 // of a box for each arrow on a side
	maxHeight   = 240
)

// drawSVG draws a picture that needs no other file.
func drawSVG(b *bytes.Buffer, s *scene) { writeSVG(b, s, fonts+style) }

// writeSVG draws the picture with a style of its own, or with none where the page around it has it.
func writeSVG(w io.Writer, s *scene, style string) {
	a := arrange(s)
	svg.Open(w, a.Width, a.Height, summary(s.graph), style)
	c := &svg.Canvas{}
	c.Draw(`<rect width="%d" height="%d" class="ground"/>`, a.Width, a.Height)
	for i, l := range s.links {
		drawLink(c, l, a.Arrows[i], a.labels[i])
	}
	for i, n := range s.nodes {
		drawNode(c, n, a.Boxes[i])
	}
	_, _ = io.WriteString(w, c.String()+"</svg>\n")
}

// arranged is a layout whose boxes and arrows are the scene's nodes and links.
type arranged struct {
	graphlayout.Graph
	labels [][]label
}

func arrange(s *scene) *arranged {
	a := &arranged{}
	boxes := map[*node]*graphlayout.Box{}
	for _, n := range s.nodes {
		box := boxOf(n)
		box.Height = max(box.Height, min(portHeight*max(len(s.in[n]), len(s.out[n])), maxHeight))
		boxes[n] = box
		a.Boxes = append(a.Boxes, box)
	}
	for _, l := range s.links {
		arrow := &graphlayout.Arrow{From: boxes[l.from], To: boxes[l.to], Weak: l.calls == nil}
		var labels []label
		if len(s.links) <= maxLabelled {
			labels = labelsOf(l)
			for _, line := range labels {
				arrow.LabelWidth = max(arrow.LabelWidth, line.width())
			}
			arrow.LabelHeight = lineHeight*len(labels) + 4
		}
		a.Arrows = append(a.Arrows, arrow)
		a.labels = append(a.labels, labels)
	}
	a.Arrange()
	a.Width, a.Height = max(a.Width, 1), max(a.Height, 1)
	return a
}

// boxOf is as large as what stands in it.
func boxOf(n *node) *graphlayout.Box {
	name := textWidth(short(n.name), 81)
	if n.kind == topic {
		return &graphlayout.Box{Width: name + 28, Height: 28}
	}
	box := &graphlayout.Box{Width: max(name+28, 90), Height: 34}
	if trait := subtitle(n); trait != "" {
		box.Width, box.Height = max(box.Width, textWidth(trait, 66)+24), 46
	}
	return box
}

// subtitle is what tells a service from others at a glance.
func subtitle(n *node) string {
	switch n.kind {
	case topic:
		return ""
	case external:
		return "external"
	default:
		return short(printable(n.service.Team))
	}
}

// textWidth is about the width of a text whose characters are tenths of a pixel wide on average, rather too much than
// too little; characters of Asian scripts are square.
func textWidth(text string, tenths int) int {
	width := 0
	for _, r := range text {
		width += tenths
		if r >= 0x1100 {
			width += tenths
		}
	}
	return (width + 9) / 10
}

func short(text string) string {
	if utf8.RuneCountInString(text) <= maxName {
		return text
	}
	return string([]rune(text)[:maxName-1]) + "…"
}

// label is a line at an arrow.
type label struct{ class, text string }

func (l label) width() int {
	if l.class == "what" {
		return textWidth(l.text, 74)
	}
	return textWidth(l.text, 62)
}

// labelsOf name what goes over a link. Calls to several methods under the same bounds share a line.
func labelsOf(l *link) []label {
	if l.calls == nil {
		return []label{{"what", short(strings.Join(messages(l.events), ", "))}}
	}
	type bounded struct{ time, rest string }
	var order []bounded
	methods := map[bounded][]string{}
	for _, c := range l.calls {
		rest := protections(c)
		if longest := worst(c); longest != "" {
			rest = append(rest, longest)
		}
		key := bounded{strings.Trim(deadline(c)+", "+attempts(c), ", "), strings.Join(rest, ", ")}
		if methods[key] == nil {
			order = append(order, key)
		}
		if name := methodName(c.ToMethod); !slices.Contains(methods[key], name) {
			methods[key] = append(methods[key], name)
		}
	}
	var lines []label
	for i, key := range order {
		if i == maxCaptions {
			return append(lines, label{"how", fmt.Sprintf("and %d more", len(order)-i)})
		}
		for _, line := range []label{{"what", short(strings.Join(methods[key], ", "))}, {"how", key.time}, {"how", short(key.rest)}} {
			if line.text != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func drawNode(c *svg.Canvas, n *node, box *graphlayout.Box) {
	c.Draw(`<g class="node %s" data-node="%s"><title>%s</title>`, n.kind, n.id, svg.Escape(strings.Join(boxLines(n), "\n")))
	radius := map[kind]int{service: 7, external: 0, topic: 14}[n.kind]
	c.Draw(`<rect x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, box.X, box.Y, box.Width, box.Height, radius)
	x, y := box.X+box.Width/2, box.Y+box.Height/2
	if trait := subtitle(n); trait != "" {
		c.Text(x, y+14, "trait", trait)
		y -= 8
	}
	c.Text(x, y+5, "name", short(n.name))
	c.Draw(`</g>`)
}

func drawLink(c *svg.Canvas, l *link, arrow *graphlayout.Arrow, labels []label) {
	class := "call"
	if l.calls == nil {
		class = "event"
	}
	if l.cyclic {
		class += " cyclic"
	}
	title := l.from.name + " to " + l.to.name + "\n" + strings.Join(sentences(l), "\n")
	c.Draw(`<g class="link %s" data-from="%s" data-to="%s"><title>%s</title>`, class, l.from.id, l.to.id, svg.Escape(title))
	c.Draw(`<path class="line" d="%s"/>`, path(arrow.Route))
	c.Draw(`<path class="head" d="%s"/>`, head(arrow.Route))
	for i, line := range labels {
		c.Text(arrow.Label.X, arrow.Label.Y+lineHeight*(i+1)-3, line.class, line.text)
	}
	c.Draw(`</g>`)
}

// path follows a route: straight, then in an S whose ends are level, and so on.
func path(route []graphlayout.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", route[0].X, route[0].Y)
	for i := 1; i < len(route); i++ {
		p, q := route[i-1], route[i]
		switch {
		case p == q:
		case i%2 == 0 && p.Y != q.Y && p.X != q.X:
			middle := (p.X + q.X) / 2
			fmt.Fprintf(&b, " C%d %d %d %d %d %d", middle, p.Y, middle, q.Y, q.X, q.Y)
		default:
			fmt.Fprintf(&b, " L%d %d", q.X, q.Y)
		}
	}
	return b.String()
}

// head is the arrow's head: it comes from the left, from the right, or, in a loop, from above.
func head(route []graphlayout.Point) string {
	tip, back := route[len(route)-1], route[len(route)-2]
	switch {
	case back.Y < tip.Y:
		return fmt.Sprintf("M%d %d l-4 -%d h8 z", tip.X, tip.Y, headLength)
	case len(route) > 2 && route[len(route)-3].X > tip.X:
		return fmt.Sprintf("M%d %d l%d -4 v8 z", tip.X, tip.Y, headLength)
	default:
		return fmt.Sprintf("M%d %d l-%d -4 v8 z", tip.X, tip.Y, headLength)
	}
}
