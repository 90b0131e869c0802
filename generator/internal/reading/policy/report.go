package policy

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// fault adds a problem with the value at a path.
func (d *decoder) fault(path string, at diag.Position, problem diag.Problem) {
	d.faulty[path] = true
	d.report(path, at, problem)
}

// unreadable adds a problem that keeps all that stands at a path from being read.
func (d *decoder) unreadable(path string, at diag.Position, problem diag.Problem) {
	d.unread[path] = true
	d.fault(path, at, problem)
}

// report adds a problem at a path of which nothing follows for the value there.
func (d *decoder) report(path string, at diag.Position, problem diag.Problem) {
	if path == "" {
		path = d.language.noun
	}
	problem.Position, problem.Message = at, path+": "+problem.Message
	d.problems.Add(problem)
}

// unknown reports the keys that a section does not have, and returns the keys of the section that were meant. Nobody knows what these should be, so they count as faulty.
func (d *decoder) unknown(s slot, entries []entry) map[string]bool {
	var all, free []string
	for _, c := range s.key.available() {
		all = append(all, c.name)
		if !slices.ContainsFunc(entries, func(e entry) bool { return e.name == c.name }) {
			free = append(free, c.name) // nobody who has written a key misspells it a second time
		}
	}
	meant := map[string]bool{}
	for _, e := range entries {
		path := join(s.path, e.name)
		switch {
		case s.key.child(e.name) != nil:
		case d.language.reserved[e.name]:
			d.notAvailable(path, e.keyAt)
		default:
			near := closest(e.name, free)
			if near != "" {
				meant[near], d.faulty[join(s.path, near)], d.unread[join(s.path, near)] = true, true, true
			}
			d.report(path, e.keyAt, diag.Problem{Message: "unknown key", Found: clip(e.name), Want: oneOf(all), Fix: d.instead(e.name, near)})
		}
	}
	return meant
}

// instead is the advice to use a near key in place of an unknown one, or to write it where it belongs, or empty.
func (d *decoder) instead(name, near string) string {
	switch homes := d.language.homes[name]; {
	case near != "":
		return didYouMean(near)
	case len(homes) > 0:
		return fmt.Sprintf("%s belongs %s", name, under(homes))
	default:
		return ""
	}
}

// under says in which sections a key belongs: the outermost of those with such a key.
func under(sections []string) string {
	depth := func(section string) int { return strings.Count(section, ".") }
	outermost := slices.MinFunc(sections, func(a, b string) int { return depth(a) - depth(b) })
	var names []string
	for _, section := range sections {
		switch {
		case section == "":
			names = append(names, "at the top level")
		case depth(section) == depth(outermost):
			names = append(names, "under "+section)
		}
	}
	return oneOf(names)
}

// closest is the candidate that was most likely meant, or empty.
func closest(name string, candidates []string) string {
	for _, candidate := range candidates {
		if strings.EqualFold(candidate, name) {
			return candidate
		}
	}
	near, _ := nearest.Of(name, candidates)
	return near
}

// didYouMean is the advice to take a candidate, if there is one.
func didYouMean(candidate string) string {
	if candidate == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", candidate)
}

func (d *decoder) notAvailable(path string, at diag.Position) {
	d.fault(path, at, diag.Problem{Message: "not available yet", Fix: "remove it"})
}

func (d *decoder) notAvailableValue(s slot) {
	d.fault(s.path, s.at, diag.Problem{
		Message: "not available yet", Found: s.node.Value, Want: oneOf(s.key.enum), Fix: "remove it, or write " + oneOf(s.key.enum),
	})
}

// found shows a node in a few characters.
func found(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "{...}"
	case yaml.SequenceNode:
		return "[...]"
	case yaml.AliasNode:
		return "*" + node.Value
	default:
		return clip(node.Value)
	}
}

// clip shortens a text that is too long to show.
func clip(text string) string {
	const most = 60
	text = diag.MaskedValue(text) // half a password is not recognised as one
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}
