package protoload

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// report adds the problems of all units, with the way to mend each where it is known.
func (g *graph) report(problems *diag.List) {
	m := sync.OnceValue(func() *mender { return newMender(g) })
	for _, u := range g.found {
		causes := map[diag.Position]bool{}
		for _, p := range u.problems {
			if causes[p.Position] && p.Line > 0 {
				continue // a second problem at one place is a consequence of the first
			}
			causes[p.Position] = true
			problems.Add(m().mend(u, p))
		}
	}
}

// mender finds out how problems that protocompile has worded can be mended.
type mender struct {
	graph *graph
	known []definition // filled by definitions

	place, unknownName, unknownField, unknownKey, unknownValue *regexp.Regexp
}

// newMender is called for the first problem only: compiling the patterns would be felt in every start.
func newMender(g *graph) *mender {
	return &mender{
		graph:        g,
		place:        regexp.MustCompile(`([^\s"]+\.proto):(\d+):(\d+)`),
		unknownName:  regexp.MustCompile(`^(.*unknown ((?:request |response |extendee )?type|extension)) ([^\s;]+)(?:; resolved to (\S+) which is not defined; .*)?$`),
		unknownField: regexp.MustCompile(`^(.*)field (\S+) of (\S+) does not exist$`),
		unknownKey:   regexp.MustCompile(`^(.*option \(\.?([^)]+)\).*: )field (\S+) not found$`), // in the braces of an option's value
		unknownValue: regexp.MustCompile(`^(.*)enum (\S+) has no value named (\S+)$`),
	}
}

// mend adds to a problem of u what was found and what would be right.
func (m *mender) mend(u *unit, p diag.Problem) diag.Problem {
	p.Message = m.place.ReplaceAllStringFunc(p.Message, m.showPlace)
	if is := m.unknownName.FindStringSubmatch(p.Message); is != nil {
		p.Message = is[1]
		return m.mendName(u, p, is[2], is[3], is[4])
	}
	if is := m.unknownField.FindStringSubmatch(p.Message); is != nil {
		p.Message, p.Found = fmt.Sprintf("%s%s has no such field", is[1], is[3]), is[2]
		p.Fix = cmp.Or(nearest.DidYouMean(is[2], m.fieldsOf(is[3])), m.otherVersion(u, is[3]))
	}
	if is := m.unknownKey.FindStringSubmatch(p.Message); is != nil {
		p.Message, p.Found = is[1]+"no such field", is[3]
		p.Fix = cmp.Or(nearest.DidYouMean(is[3], m.keysOf(is[2])), m.otherVersion(u, is[2]))
	}
	if is := m.unknownValue.FindStringSubmatch(p.Message); is != nil {
		p.Message, p.Found = fmt.Sprintf("%senum %s has no such value", is[1], is[2]), is[3]
		p.Fix = cmp.Or(nearest.DidYouMean(is[3], m.valuesOf(is[2])), m.otherVersion(u, is[2]))
	}
	switch {
	case strings.HasPrefix(p.Message, "import ") && strings.HasSuffix(p.Message, " not used"):
		p.Fix = "remove it"
	case strings.HasPrefix(p.Message, "symbol ") && strings.Contains(p.Message, " already defined"):
		p.Fix = "rename one of the two"
	case strings.HasPrefix(p.Message, "no syntax specified"):
		p.Fix = `begin with syntax = "proto3"; or syntax = "proto2";`
	}
	return p
}

// showPlace rewrites a place in a file that the compiler calls by its name to the path that the user knows.
func (m *mender) showPlace(place string) string {
	is := m.place.FindStringSubmatch(place)
	u, ok := m.graph.units[is[1]]
	if !ok {
		return place
	}
	line, _ := strconv.Atoi(is[2]) // digits, by the pattern
	col, _ := strconv.Atoi(is[3])
	return u.source.position(line, col).String()
}
