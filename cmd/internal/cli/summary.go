package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// summary is what a run did, or would do, to a tree.
type summary struct {
	Dir     string             `json:"dir"`
	Changes []generator.Change `json:"changes"` // without the paths of which there is nothing to tell
	Summary counts             `json:"summary"`
	Notes   []string           `json:"notes"`
	Next    []string           `json:"next"` // commands that the tree needs before it builds

	firstSteps []string // commands that its user will like to run on a new tree
}

// counts is how many paths had which fate.
type counts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Merged    int `json:"merged"`
	Removed   int `json:"removed"`
	Kept      int `json:"kept"` // what its user made of the path stays, and that is news
	Refused   int `json:"refused"`
	Conflicts int `json:"conflicts"`
	Unchanged int `json:"unchanged"`
}

func summarize(tree *generator.Tree) summary {
	s := summary{
		Dir:     tree.Dir,
		Changes: []generator.Change{}, // an empty list in JSON too
		Notes:   append([]string{}, tree.Notes...),
		Next:    append([]string{}, tree.Next...),
	}
	program := "cmd/" + tree.Name
	for _, change := range tree.Changes() {
		if s.Summary.add(change) {
			s.Changes = append(s.Changes, change)
		}
		if change.Action == generator.Create && change.Path == program+"/main.go" {
			s.firstSteps = []string{"go test ./...", "go run ./" + program}
		}
	}
	return s
}

// add counts a change, and reports whether there is something to tell about it.
func (n *counts) add(change generator.Change) bool {
	switch change.Action {
	case generator.Create:
		n.Created++
	case generator.Update:
		n.Updated++
	case generator.Merge:
		n.Merged++
	case generator.Remove:
		n.Removed++
	case generator.Refuse:
		n.Refused++
	case generator.Conflict:
		n.Conflicts++
	default:
		if change.Reason == "" {
			n.Unchanged++
			return false
		}
		n.Kept++
	}
	return true
}

// drifted reports whether the tree differs from what msgen generates.
func (s summary) drifted() bool {
	n := s.Summary
	return n.Created+n.Updated+n.Merged+n.Removed+n.Refused+n.Conflicts > 0
}

// stopped reports whether something keeps the run from writing.
func (s summary) stopped() bool { return s.Summary.Refused+s.Summary.Conflicts > 0 }

// write writes the whole summary for programs, or the text for people.
func (s summary) write(c *urfave.Context, text string) error {
	if format(c) == diag.JSON {
		return diag.WriteJSON(c.App.Writer, s)
	}
	_, err := io.WriteString(c.App.Writer, text)
	return err
}

// text says what was done: counts, then the paths that matter, then what to know and to do.
func (s summary) text() string {
	lines := []string{s.headline()}
	for _, change := range s.listed() {
		lines = append(lines, fmt.Sprintf("  %-8s %s%s", past(change.Action), change.Path, explained(change)))
	}
	if s.drifted() {
		for _, note := range s.Notes {
			lines = append(lines, "note: "+diag.Masked(note))
		}
		if next := slices.Concat(s.Next, s.firstSteps); len(next) > 0 {
			lines = append(lines, nextLines(s.Dir, next)...)
		}
	}
	return printed(lines)
}

// nextLines are the commands to run next, in one line where that is short enough to be read, and otherwise one of each command that
// goes on to the next, so that they can still be pasted as one.
func nextLines(dir string, commands []string) []string {
	const readable = 160
	joined := inDir(dir, commands...)
	if len(joined) <= readable {
		return []string{"next: " + joined}
	}
	lines := []string{"next: " + inDir(dir, commands[0])}
	for _, command := range commands[1:] {
		lines[len(lines)-1] += ` && \`
		lines = append(lines, "      "+command)
	}
	return lines
}

// printed is lines of text with nothing in them that a terminal would obey.
func printed(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&b, diag.Printable(line))
	}
	return b.String()
}

// headline is one line for the whole tree: "greeter: created 2 files, updated 1; 38 unchanged".
func (s summary) headline() string {
	n := s.Summary
	if !s.drifted() {
		return fmt.Sprintf("%s: up to date (%s)", s.Dir, counted(n.Unchanged+n.Kept, "file"))
	}
	var parts []string
	for _, fate := range []struct {
		verb  string
		count int
	}{
		{"created", n.Created}, {"updated", n.Updated}, {"merged", n.Merged}, {"removed", n.Removed}, {"kept", n.Kept},
	} {
		if fate.count == 0 {
			continue
		}
		count := fmt.Sprint(fate.count)
		if len(parts) == 0 { // the noun once
			count = counted(fate.count, "file")
		}
		parts = append(parts, fate.verb+" "+count)
	}
	line := s.Dir + ": " + strings.Join(parts, ", ")
	if n.Unchanged > 0 {
		line += fmt.Sprintf("; %d unchanged", n.Unchanged)
	}
	return line
}

// listed is the changes that are worth a line each: those that take something away or leave it, and the ordinary ones
// while they are few.
func (s summary) listed() []generator.Change {
	const few = 10
	var out []generator.Change
	for _, change := range s.Changes {
		ordinary := change.Action == generator.Create || change.Action == generator.Update
		if !ordinary || s.Summary.Created+s.Summary.Updated <= few {
			out = append(out, change)
		}
	}
	return out
}

// past is what was done, in one word.
func past(action generator.Action) string {
	switch action {
	case generator.Create:
		return "created"
	case generator.Update:
		return "updated"
	case generator.Merge:
		return "merged"
	case generator.Remove:
		return "removed"
	default:
		return "kept"
	}
}

// explained is the reason and the way out where a change has them, to be put behind its path.
func explained(change generator.Change) string {
	switch {
	case change.Reason == "":
		return ""
	case change.Fix == "":
		return ": " + change.Reason
	default:
		return ": " + change.Reason + "; " + change.Fix
	}
}
