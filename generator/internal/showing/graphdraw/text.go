package graphdraw

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// text writes each service with what it calls, publishes and reads, in columns that all of them share.
func text(b *bytes.Buffer, s *scene) {
	b.WriteString(summary(s.graph) + "\n")
	lists := make([]lists, 0, len(s.nodes))
	for _, n := range s.nodes {
		if n.kind != topic {
			lists = append(lists, listsOf(s, n))
		}
	}
	calls, events := widths{}, widths{}
	for _, l := range lists {
		calls.fit(l.calls)
		events.fit(l.events)
	}
	for _, l := range lists {
		b.WriteString("\n" + l.heading + "\n")
		calls.write(b, l.calls)
		events.write(b, l.events)
	}
}

// lists are one service's, a row for each call and event.
type lists struct {
	heading       string
	calls, events [][]string
}

func listsOf(s *scene, n *node) lists {
	l := lists{heading: strings.TrimSpace(n.name + "  " + strings.Join(traits(n.service), ", "))}
	for _, link := range s.out[n] {
		for _, call := range link.calls {
			l.calls = append(l.calls, callRow(call))
		}
		if link.to.kind == topic {
			readers := names(s.readers(link.to), "nobody here")
			l.events = append(l.events, []string{"publishes", link.to.name, strings.Join(messages(link.events), ", "), "to " + readers})
		}
	}
	for _, link := range s.in[n] {
		if link.from.kind == topic {
			publishers := names(s.publishers(link.from), "outside")
			l.events = append(l.events, []string{"reads", link.from.name, strings.Join(messages(link.events), ", "), "from " + publishers})
		}
	}
	return l
}

func callRow(c *graph.Call) []string {
	from := "(any)"
	if c.FromMethod != nil {
		from = methodName(c.FromMethod)
	}
	to := "-> " + printable(c.To.Name)
	if c.ToMethod != nil {
		to += "/" + methodName(c.ToMethod)
	}
	rest := protections(c)
	if over := worst(c); over != "" {
		rest = append(rest, over)
	}
	if c.Cyclic {
		rest = append(rest, "CYCLE")
	}
	return []string{from, to, deadline(c), attempts(c), strings.Join(rest, ", ")}
}

// widths are those of columns, in characters.
type widths []int

func (w *widths) fit(rows [][]string) {
	for _, row := range rows {
		for len(*w) < len(row) {
			*w = append(*w, 0)
		}
		for i, cell := range row {
			(*w)[i] = max((*w)[i], utf8.RuneCountInString(cell))
		}
	}
}

func (w *widths) write(b *bytes.Buffer, rows [][]string) {
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString("  " + cell + strings.Repeat(" ", (*w)[i]-utf8.RuneCountInString(cell)))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
