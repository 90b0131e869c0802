package explaindraw

import (
	"fmt"
	"io"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/showing/explain"
	"github.com/msgen/msgen/generator/internal/showing/svg"
)

// The picture's measures, in pixels at its natural size.
const (
	pictureWidth = 1040
	margin       = 32
	barsLeft     = 140 // of a timeline's bars
	barsRight    = 820
	rowHeight    = 24
	lineHeight   = 19
	proseWidth   = 64 // characters of a line of prose
)

// The columns of facts.
const (
	nameColumn    = margin + 12
	valueColumn   = 250
	meaningColumn = 330
	sourceColumn  = 830
)

// style holds the picture's colours and fonts. Every text has a contrast of at least 7 to 1 on its ground.
const style = `
text { font-family: ` + svg.Family + `; font-size: 13px; fill: #1e293b; }
.title { font-size: 20px; font-weight: 600; }
.heading { font-size: 14px; font-weight: 600; fill: #0f172a; }
.name, .source { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; }
.value { font-weight: 600; }
.source, .quiet { fill: #475569; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.card { fill: #ffffff; stroke: #cbd5e1; }
.attempt { fill: #2563eb; }
.pause { fill: #fbbf24; }
.bound { stroke: #dc2626; stroke-width: 2; stroke-dasharray: 5 3; }
.bound-text { fill: #991b1b; font-weight: 600; }
.grid { stroke: #e2e8f0; }
.state { fill: #f8fafc; stroke: #475569; stroke-width: 1.5; }
.arrow { stroke: #475569; stroke-width: 1.5; fill: none; marker-end: url(#head); }
`

// SVG writes the calls as one picture, a card for each, that needs no other file.
func SVG(w io.Writer, calls []explain.Call) error {
	c := &canvas{y: margin}
	for _, call := range calls {
		c.card(call)
	}
	var b strings.Builder
	svg.Open(&b, pictureWidth, c.y, "what calls do: "+methods(calls), style)
	b.WriteString(`<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#475569"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#f1f5f9"/>`+"\n", pictureWidth, c.y)
	b.WriteString(c.String())
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func methods(calls []explain.Call) string {
	names := make([]string, len(calls))
	for i, call := range calls {
		names[i] = call.Method
	}
	return strings.Join(names, ", ")
}

// canvas is a picture on its way, drawn from the top down to y.
type canvas struct {
	svg.Canvas
	y int
}

// card draws one call. Its frame comes first, so that it is behind all else, and its height last.
func (c *canvas) card(call explain.Call) {
	inside := &canvas{y: c.y + 38}
	inside.Text(nameColumn, inside.y, "title", call.Method)
	inside.y += 24
	inside.Text(nameColumn, inside.y, "quiet", call.Kind+": "+call.Summary)
	inside.y += 14
	for _, t := range call.Timelines {
		inside.timeline(t)
	}
	for _, topic := range call.Topics {
		inside.heading(topic.Name)
		if topic.Name == explain.Breaker {
			inside.states(call.Transitions)
		}
		inside.facts(topic.Facts)
	}
	inside.y += 16
	c.Draw(`<rect x="%d" y="%d" width="%d" height="%d" rx="10" class="card"/>`, margin/2, c.y, pictureWidth-margin, inside.y-c.y)
	c.Add(&inside.Canvas)
	c.y = inside.y + margin/2
}

// timeline draws the spans as bars over an axis of time.
func (c *canvas) timeline(t explain.Timeline) {
	c.y += 32
	c.Draw(`<text x="%d" y="%d"><tspan class="heading">%s</tspan><tspan dx="12" class="quiet">%s</tspan></text>`,
		nameColumn, c.y, svg.Escape("when "+t.When), svg.Escape(t.Sum))
	c.y += 14
	top, bottom := c.y, c.y+len(t.Spans)*rowHeight
	at := func(d policy.Duration) int { return barsLeft + int(int64(d)*(barsRight-barsLeft)/int64(t.Scale())) }
	for quarter := range 5 {
		when := t.Scale() * policy.Duration(quarter) / 4
		c.Draw(`<line x1="%[1]d" y1="%[2]d" x2="%[1]d" y2="%[3]d" class="grid"/>`, at(when), top, bottom+4)
		c.Text(at(when), bottom+20, "quiet middle", when.String())
	}
	for i, span := range t.Spans {
		c.span(span, top+i*rowHeight, at(span.Begin), at(span.End))
	}
	if t.Bound == t.Scale() {
		c.Draw(`<line x1="%[1]d" y1="%[2]d" x2="%[1]d" y2="%[3]d" class="bound"/>`, at(t.Bound), top-4, bottom+4)
		c.Text(at(t.Bound), top-10, "bound-text middle", t.BoundName)
	}
	c.y = bottom + 20
}

func (c *canvas) span(span explain.Span, y, begin, end int) {
	class := "attempt"
	if span.Pause {
		class = "pause"
	}
	c.Text(nameColumn, y+16, "quiet", span.Name)
	c.Draw(`<rect x="%d" y="%d" width="%d" height="%d" rx="3" class="%s"/>`, begin, y+4, max(end-begin, 4), rowHeight-8, class)
	c.Text(barsRight+16, y+16, "quiet", span.Note)
}

// The places of the breaker's states.
const (
	stateWidth, stateHeight = 116, 40
	closedX, openX, halfX   = margin + 12, 420, 820
)

// states draws the breaker as its three states, with what leads from one to the next. The order of the transitions is
// that of explain: closed to open, open to half-open, and from there to closed and to open.
func (c *canvas) states(transitions []explain.Transition) {
	y := c.y + 14
	for _, state := range []struct {
		x    int
		name string
	}{{closedX, "closed"}, {openX, "open"}, {halfX, "half-open"}} {
		c.Draw(`<rect x="%d" y="%d" width="%d" height="%d" rx="20" class="state"/>`, state.x, y, stateWidth, stateHeight)
		c.Text(state.x+stateWidth/2, y+25, "value middle", state.name)
	}
	middle := y + stateHeight/2
	c.arrow(fmt.Sprintf("M%d %d H%d", closedX+stateWidth+4, middle, openX-6), (closedX+stateWidth+openX)/2, middle-8, transitions[0].When)
	c.arrow(fmt.Sprintf("M%d %d H%d", openX+stateWidth+4, middle-8, halfX-6), (openX+stateWidth+halfX)/2, middle-16, transitions[1].When)
	c.arrow(fmt.Sprintf("M%d %d H%d", halfX-4, middle+8, openX+stateWidth+6), (openX+stateWidth+halfX)/2, middle+24, transitions[3].When)
	below := y + stateHeight + 30
	c.arrow(fmt.Sprintf("M%d %d V%d H%d V%d", halfX+stateWidth/2, y+stateHeight+2, below, closedX+stateWidth/2, y+stateHeight+6),
		(closedX+halfX+stateWidth)/2, below-8, transitions[2].When)
	c.y = below + 4
}

func (c *canvas) arrow(path string, x, y int, label string) {
	c.Draw(`<path d="%s" class="arrow"/>`, path)
	c.Text(x, y, "quiet middle", label)
}

func (c *canvas) heading(name string) {
	c.y += 34
	c.Text(nameColumn, c.y, "heading", name)
	c.y += 4
}

// facts draws them in columns, each with the line that it is from.
func (c *canvas) facts(facts []explain.Fact) {
	for _, fact := range facts {
		c.y += 6
		first := c.y + lineHeight
		c.Text(nameColumn, first, "name", fact.Name)
		c.Text(valueColumn, first, "value", fact.Value)
		c.Text(sourceColumn, first, "source", fact.Source.String())
		for _, line := range wrap(fact.Meaning, proseWidth) {
			c.y += lineHeight
			c.Text(meaningColumn, c.y, "", line)
		}
	}
}
