package handlers

import (
	"fmt"
	"strings"
)

// insert puts an emitted function behind the last one of its kind. Where embedded types have it already and none of them answers,
// the server itself gets it.
func (s *sides) insert(f *function, has presence, isNew bool) changes {
	after, ok := s.placeFor(f, has == ambiguous)
	switch {
	case ok && has == ambiguous:
		what, _ := s.answered()
		return after.put(s.transplant(f, after.file, after.receiver)).and(note(s.server.decl.file, s.server.decl.spec.Pos(),
			"several types that %[1]s embeds have a method %[2]s, so that by the rules of Go none of them answers the %[3]s: %[1]s has its own now, "+
				"which can call the right one", s.server.decl.name, f.name(), what))
	case ok:
		return after.put(s.transplant(f, after.file, after.receiver))
	case f.isMethod() && len(s.disk.files) > 0:
		return s.nowhere(s.disk.files[0].path, f)
	case f.isMethod() && isNew: // their user has deleted the others
		return s.nowhere(f.file.path, f)
	default:
		return changes{}
	}
}

// nowhere is what to say of a method that has no place.
func (s *sides) nowhere(path string, f *function) changes {
	what, _ := s.answered()
	why := "no type that has others"
	switch {
	case len(s.elsewhere) == 0 && len(s.disk.files) == 0:
		why = "main.go passes no type of this tree that has others"
	case len(s.elsewhere) > 0:
		why = fmt.Sprintf("several types that may be the one to have it, in %s, of which main.go passes none alone", strings.Join(s.elsewhere, " and "))
	}
	return changes{notes: []Note{{path, 0, fmt.Sprintf("no method for the %s %s, and %s: add %s", what, f.name(), why, f.signatureText())}}}
}

// place is where a function may come in.
type place struct {
	file     *source
	at       int    // the end of the line behind which it comes
	receiver string // of its neighbours
}

// put is the edit that puts a function there.
func (p place) put(stub text) changes {
	stub.code = "\n\n" + stub.code
	return put(p.file, p.at, p.at, stub)
}

// placeFor is the place behind the last function of the same kind: the last method of the server, or the last test. A
// method may also come behind the type itself. Own leaves out the methods of types that the server embeds.
func (s *sides) placeFor(f *function, own bool) (place, bool) {
	if last := s.lastLike(f, own); last != nil {
		return place{last.file, last.endOfLine(), last.receiver()}, true
	}
	t := s.server.decl
	if !f.isMethod() || t == nil {
		return place{}, false
	}
	_, end := t.file.span(t.decl)
	return place{t.file, t.file.endOfLine(end), t.receiver()}, true
}

func (s *sides) lastLike(f *function, own bool) *function {
	var last *function
	for _, file := range s.disk.files {
		for _, mine := range file.funcs {
			if s.alike(f, mine) && (!own || s.server.declares(mine)) && (last == nil || better(mine.file, last.file, f.file.path)) {
				last = mine
			}
		}
	}
	return last
}

// alike reports whether mine is a neighbour for f.
func (s *sides) alike(f, mine *function) bool {
	if f.isTest() {
		return mine.isTest()
	}
	isRPC := s.next.hasMethod(mine.name()) || s.base.hasMethod(mine.name())
	return s.server.has(mine) && isRPC
}

// better reports whether a file is the place to go rather than the one that has been found. Later functions of the same
// file are; a file that a build constraint may leave out is the last resort.
func better(file, found *source, home string) bool {
	switch {
	case file.constrained() != found.constrained():
		return found.constrained()
	case found.path == home:
		return file.path == home
	default:
		return true
	}
}
