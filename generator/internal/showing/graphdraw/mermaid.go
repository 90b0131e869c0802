package graphdraw

import (
	"bytes"
	"fmt"
	"strings"
)

// mermaid writes a flowchart.
func mermaid(b *bytes.Buffer, s *scene) {
	b.WriteString("flowchart LR\n")
	for _, n := range s.nodes {
		fmt.Fprintf(b, "  %s%s\n", n.id, mermaidBox(n))
	}
	var cyclic []string
	for i, l := range s.links {
		arrow := "-->"
		if l.calls == nil {
			arrow = "-.->"
		}
		fmt.Fprintf(b, "  %s %s|%s| %s\n", l.from.id, arrow, mermaidText(sentences(l)...), l.to.id)
		if l.cyclic {
			cyclic = append(cyclic, fmt.Sprint(i))
		}
	}
	b.WriteString("  classDef external stroke-dasharray: 4 3\n  classDef topic fill:none\n")
	if cyclic != nil {
		fmt.Fprintf(b, "  linkStyle %s stroke:#dc2626,color:#dc2626,stroke-width:2px\n", strings.Join(cyclic, ","))
	}
}

// mermaidBox is a node's text in its shape.
func mermaidBox(n *node) string {
	switch n.kind {
	case topic:
		return "([" + mermaidText(boxLines(n)...) + "]):::topic"
	case external:
		return "[[" + mermaidText(boxLines(n)...) + "]]:::external"
	default:
		return "[" + mermaidText(boxLines(n)...) + "]"
	}
}

// mermaidText quotes lines. Mermaid has no escape character: what could mean something to it, to Markdown or to HTML
// is written by its code.
func mermaidText(lines ...string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		for _, r := range line {
			if strings.ContainsRune(" .,:/-_", r) || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, "#%d;", r)
			}
		}
	}
	return `"` + b.String() + `"`
}
