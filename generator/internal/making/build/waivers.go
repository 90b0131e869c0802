package build

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// waivers are the waivers of one check.
type waivers struct {
	check string
	all   []policy.Waiver
	used  map[int]bool // by the line that they are about
}

func (b *builder) waivers(check string) waivers {
	w := waivers{check: check, used: map[int]bool{}}
	for _, waiver := range b.Policy.Waivers() {
		if waiver.Check == check {
			w.all = append(w.all, waiver)
		}
	}
	return w
}

// allow reports whether a waiver accepts what the check finds on a line. Where the waiver makes it a warning, nothing changes: it is a warning.
func (w waivers) allow(line int) bool {
	allowed := false
	for _, waiver := range w.all {
		if waiver.Line == line {
			w.used[line] = true
			allowed = allowed || !waiver.Warn
		}
	}
	return allowed
}

// idle are the problems with waivers for which the check has found nothing.
func (w waivers) idle() (problems diag.List) {
	for _, waiver := range w.all {
		if !w.used[waiver.Line] {
			problems.Add(diag.Problem{
				Severity: diag.Warning, Position: waiver.At,
				Message: fmt.Sprintf("this waives nothing: %s finds nothing on line %d", w.check, waiver.Line),
				Fix:     "remove it",
			})
		}
	}
	return problems
}
