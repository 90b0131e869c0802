package graphdraw

import (
	"bytes"
	"fmt"
	"strings"
)

// dot writes a digraph.
func dot(b *bytes.Buffer, s *scene) {
	b.WriteString("digraph system {\n  rankdir=LR\n")
	b.WriteString("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=12]\n")
	b.WriteString("  edge [fontname=\"sans-serif\", fontsize=10]\n")
	for _, n := range s.nodes {
		fmt.Fprintf(b, "  %s [label=%s%s]\n", n.id, dotText(boxLines(n)...), dotShape(n.kind))
	}
	for _, l := range s.links {
		style := ""
		switch {
		case l.calls == nil:
			style = ", style=dashed"
		case l.cyclic:
			style = `, color="#dc2626", fontcolor="#dc2626", penwidth=2`
		}
		fmt.Fprintf(b, "  %s -> %s [label=%s%s]\n", l.from.id, l.to.id, dotText(sentences(l)...), style)
	}
	b.WriteString("}\n")
}

func dotShape(k kind) string {
	switch k {
	case topic:
		return ", shape=cds, style=solid"
	case external:
		return `, shape=component, style=dashed`
	default:
		return ""
	}
}

// dotText quotes lines. Graphviz reads HTML's entities in its strings too.
func dotText(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`)
	escaped := make([]string, len(lines))
	for i, line := range lines {
		escaped[i] = escape.Replace(line)
	}
	return `"` + strings.Join(escaped, `\n`) + `"`
}
