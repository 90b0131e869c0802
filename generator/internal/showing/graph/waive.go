package graph

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// Waiver is a comment in a policy by which somebody accepts what a check finds on a line.
type Waiver struct {
	At     diag.Position // of the comment
	Line   int           // that it is about: its own, or the next one where it stands alone
	Check  string        // as it is written
	Reason string
	Warn   bool // the finding becomes a warning, rather than nothing
}

// Waive returns the findings that no waiver is for, and what is wrong with the waivers themselves: a check that does not
// exist is an error, and one that finds nothing there a warning.
func Waive(found []Finding, waivers []Waiver) diag.List {
	type place struct {
		file  string
		line  int
		check Check
	}
	on := map[place][]*Waiver{}
	used := map[*Waiver]bool{}
	for i := range waivers {
		w := &waivers[i]
		at := place{w.At.File, w.Line, Check(w.Check)}
		on[at] = append(on[at], w)
	}
	var problems diag.List
	for _, f := range found {
		at := place{f.File, f.Line, f.Check}
		waived := false
		for _, w := range on[at] {
			used[w] = true
			if waived = !w.Warn; waived {
				break
			}
			f.Severity = diag.Warning
		}
		if !waived {
			problems.Add(f.Problem)
		}
	}
	for i := range waivers {
		if w := &waivers[i]; !used[w] {
			problems.Add(w.idle())
		}
	}
	return problems
}

// idle is the problem with a waiver that waives nothing.
func (w *Waiver) idle() diag.Problem {
	names := Checks()
	for _, name := range names {
		if name == w.Check {
			return diag.Problem{
				Severity: diag.Warning, Position: w.At,
				Message: fmt.Sprintf("this waives nothing: %s finds nothing on line %d", name, w.Line),
				Fix:     "remove it",
			}
		}
	}
	return diag.Problem{
		Position: w.At, Message: "no such check", Found: w.Check,
		Want: "one of " + strings.Join(names, ", "), Fix: nearest.DidYouMean(w.Check, names),
	}
}
