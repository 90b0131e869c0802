package policy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// settler is a section whose keys depend on each other. Its settle runs once all its keys are decoded: it sets the
// defaults that follow from other keys, and reports what contradicts.
type settler interface{ settle(scope) }

// scope is where a section stands. It speaks of keys by their path within the section; "" is the section itself.
type scope struct {
	decoder *decoder
	path    string
	heirOf  string // the path of the section that this one starts from; empty: it starts from the defaults
}

// written reports whether the file says something at a key.
func (s scope) written(name string) bool {
	return s.decoder.says(join(s.path, name))
}

// filled reports whether the file says something about a key of a section: an empty section says nothing.
func (s scope) filled(section string) bool {
	within := join(s.path, section) + "."
	for path := range s.decoder.written {
		if strings.HasPrefix(path, within) {
			return true
		}
	}
	return false
}

// sound reports whether no problem was found at any of the keys, nor at what they start from, so that comparing them says
// something new.
func (s scope) sound(names ...string) bool {
	for _, name := range names {
		from := s.decoder.inherited(s.heirOf, name)
		if s.decoder.blamed(join(s.path, name)) || from != "" && !s.written(name) && s.decoder.blamed(from) {
			return false
		}
	}
	return true
}

// firstWritten returns the first of the names that the file has, or the first of all.
func (s scope) firstWritten(names ...string) string {
	for _, name := range names {
		if s.written(name) {
			return name
		}
	}
	return names[0]
}

// fault adds an error at a key.
func (s scope) fault(name string, problem diag.Problem) {
	path := join(s.path, name)
	s.decoder.fault(path, s.decoder.at(path), problem)
}

// warn adds a warning at a key.
func (s scope) warn(name string, problem diag.Problem) {
	path := join(s.path, name)
	problem.Severity = diag.Warning
	s.decoder.report(path, s.decoder.at(path), problem)
}

// atMost holds the value of one key to that of another. A written value above it is an error; one that nobody wrote
// is lowered.
func atMost[T cmp.Ordered](s scope, name string, value *T, limitName string, limit T) {
	if s.decoder.layered || !s.sound(name, limitName) || *value <= limit {
		return
	}
	if s.written(name) {
		s.fault(name, diag.Problem{
			Message: fmt.Sprintf("more than %s: %v > %v", limitName, *value, limit),
			Want:    fmt.Sprintf("at most %v", limit),
		})
	}
	*value = limit
}
