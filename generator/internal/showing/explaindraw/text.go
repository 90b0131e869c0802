package explaindraw

import (
	"fmt"
	"io"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/showing/explain"
)

const (
	barWidth     = 48 // characters of a timeline's bars
	meaningWidth = 56 // characters of a line of prose
)

// Text writes the calls for a terminal of a hundred columns or more.
func Text(w io.Writer, calls []explain.Call) error {
	var b strings.Builder
	for i, call := range calls {
		if i > 0 {
			b.WriteString("\n\n")
		}
		writeCall(&b, call)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeCall(b *strings.Builder, call explain.Call) {
	fmt.Fprintf(b, "%s\n%s: %s\n", call.Method, call.Kind, call.Summary)
	for _, t := range call.Timelines {
		b.WriteString("\n")
		writeTimeline(b, t)
	}
	rows := columns(call.Topics)
	for _, topic := range call.Topics {
		fmt.Fprintf(b, "\n  %s\n", topic.Name)
		for _, fact := range topic.Facts {
			rows.write(b, fact)
		}
		if topic.Name == explain.Breaker {
			writeTransitions(b, call.Transitions)
		}
	}
}

// writeTimeline draws each span as a bar on one scale, the bound of the call at its end.
func writeTimeline(b *strings.Builder, t explain.Timeline) {
	fmt.Fprintf(b, "  when %s: %s\n", t.When, t.Sum)
	scale := func(at policy.Duration) int { return int(int64(at) * barWidth / int64(t.Scale())) }
	for _, span := range t.Spans {
		begin, end, block := scale(span.Begin), scale(span.End), "█"
		if span.Pause {
			block = "░"
		}
		if end == begin {
			block, end = "▏", begin+1
			if span.Pause {
				block = "░"
			}
		}
		bar := strings.Repeat(" ", begin) + strings.Repeat(block, end-begin)
		fmt.Fprintf(b, "    %-10s %s  %s\n", span.Name, padded(bar, barWidth+1), span.Note)
	}
	mark := t.Scale().String()
	if t.Scale() == t.Bound {
		mark += " " + t.BoundName
	}
	fmt.Fprintf(b, "    %-10s %s▏  %s\n", "", strings.Repeat("·", barWidth), mark)
}

// table is the widths of the columns that all facts of a call share.
type table struct{ name, value int }

func columns(topics []explain.Topic) table {
	var widths table
	for _, topic := range topics {
		for _, fact := range topic.Facts {
			widths.name = max(widths.name, length(fact.Name))
			widths.value = max(widths.value, length(fact.Value))
		}
	}
	return widths
}

func (t table) write(b *strings.Builder, fact explain.Fact) {
	name, value, source := fact.Name, fact.Value, fact.Source.String()
	for _, line := range wrap(fact.Meaning, meaningWidth) {
		text := fmt.Sprintf("    %s  %s  %s  %s", padded(name, t.name), padded(value, t.value), padded(line, meaningWidth), source)
		b.WriteString(strings.TrimRight(text, " ") + "\n")
		name, value, source = "", "", ""
	}
}

func writeTransitions(b *strings.Builder, transitions []explain.Transition) {
	for _, t := range transitions {
		fmt.Fprintf(b, "      %-9s -> %-9s  %s\n", t.From, t.To, t.When)
	}
}

// padded fills a text up to a width, in characters.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-length(text)))
}
