package graphdraw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// printable replaces what would move a terminal's cursor, turn the direction of writing or end a line.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

func duration(d time.Duration) string { return policy.Duration(d).String() }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// traits are what there is to say of a service in a line.
func traits(s *graph.Service) []string {
	var words []string
	if s.External {
		words = append(words, "external")
	}
	if s.Team != "" {
		words = append(words, "team "+printable(s.Team))
	}
	if s.Provider != "" {
		words = append(words, printable(s.Provider))
	}
	if s.Replicas > 1 {
		words = append(words, fmt.Sprintf("%d replicas", s.Replicas))
	}
	if len(s.Methods) > 0 {
		words = append(words, count(len(s.Methods), "method", "methods"))
	}
	return words
}

// caption is "PlaceOrder -> Reserve", or the method alone where the policy does not say which one calls it.
func caption(c *graph.Call, arrow string) string {
	if c.FromMethod == nil {
		return methodName(c.ToMethod)
	}
	return methodName(c.FromMethod) + arrow + methodName(c.ToMethod)
}

func methodName(m *graph.Method) string {
	if m == nil {
		return "any method"
	}
	return printable(m.Name)
}

// bounds are what the caller's policy says of a call, in words; none where it stands for a dependency as a whole.
func bounds(c *graph.Call) []string {
	words := slices.Concat([]string{deadline(c), attempts(c)}, protections(c), []string{worst(c)})
	if c.Cyclic {
		words = append(words, "part of a cycle")
	}
	return slices.DeleteFunc(words, func(word string) bool { return word == "" })
}

func deadline(c *graph.Call) string {
	switch {
	case c.ToMethod == nil:
		return ""
	case c.Timeout == 0:
		return "no deadline"
	case c.Assumed:
		return "within " + duration(c.Timeout) + " by default"
	default:
		return "within " + duration(c.Timeout)
	}
}

func attempts(c *graph.Call) string {
	if c.ToMethod == nil {
		return ""
	}
	text := count(c.Attempts, "attempt", "attempts")
	if c.AttemptTimeout > 0 {
		text += " of " + duration(c.AttemptTimeout)
	}
	return text
}

func protections(c *graph.Call) []string {
	var words []string
	if c.Breaker {
		words = append(words, "breaker")
	}
	if c.Bulkhead > 0 {
		words = append(words, fmt.Sprintf("bulkhead %d", c.Bulkhead))
	}
	if c.Fallback != "" {
		words = append(words, "fallback "+printable(c.Fallback))
	}
	return words
}

// worst is the longest that the call takes, left out where the deadline says it already.
func worst(c *graph.Call) string {
	switch c.WorstCase {
	case 0, c.Timeout:
		return ""
	default:
		return "takes up to " + duration(c.WorstCase)
	}
}

// messages are the short names of what goes over a link, each once.
func messages(events []*graph.Event) []string {
	var names []string
	for _, e := range events {
		full := printable(e.Message)
		names = append(names, full[strings.LastIndex(full, ".")+1:])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// summary is the graph in a line.
func summary(g *graph.Graph) string {
	topics, cyclic := map[string]bool{}, 0
	for _, e := range g.Events {
		topics[e.Topic] = true
	}
	for _, c := range g.Calls {
		if c.Cyclic {
			cyclic++
		}
	}
	words := []string{count(len(g.Services), "service", "services"), count(len(g.Calls), "call", "calls")}
	if len(topics) > 0 {
		words = append(words, count(len(topics), "topic", "topics"))
	}
	if cyclic > 0 {
		words = append(words, fmt.Sprintf("%d of the calls in a cycle", cyclic))
	}
	return strings.Join(words, ", ")
}

// names are those of services, in order; nobody is said where there is none.
func names(services []*graph.Service, nobody string) string {
	sorted := make([]string, len(services))
	for i, s := range services {
		sorted[i] = printable(s.Name)
	}
	slices.Sort(sorted)
	return cmp.Or(strings.Join(sorted, ", "), nobody)
}

// boxLines are what stands in a node.
func boxLines(n *node) []string {
	if n.kind == topic {
		return []string{n.name}
	}
	if words := traits(n.service); len(words) > 0 {
		return []string{n.name, strings.Join(words, ", ")}
	}
	return []string{n.name}
}

// sentences say what goes over a link, a line for each call.
func sentences(l *link) []string {
	if l.calls == nil {
		return []string{strings.Join(messages(l.events), ", ")}
	}
	lines := make([]string, len(l.calls))
	for i, c := range l.calls {
		lines[i] = caption(c, " to ")
		if words := bounds(c); len(words) > 0 {
			lines[i] += ": " + strings.Join(words, ", ")
		}
	}
	return lines
}
