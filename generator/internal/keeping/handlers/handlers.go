// Package handlers keeps the Go that answers RPCs in step with the proto, although it belongs to its user. Methods are
// found by type and name over the whole package, so that they may stand in any file, in any order, with any receiver. Methods that the
// type has by embedding count too (presence.go), and the folder may have been moved (homes.go).
// Changes are spliced in by byte offset; everything else stays as it is.
//
//	an RPC that has no method      its stub comes in behind the last method of the service
//	request or response changed    the types in the signature are replaced
//	an RPC that left the proto     its stub goes if nobody has touched it, otherwise it stays and is reported
//	another kind of RPC            reported, with the signature that is wanted
//	main passes New something new  a parameter comes in where New has only msgen's own, and a field to keep it; a New with
//	                               parameters of its user's stays, main passes it what it did, and the rest is reported
//	main passes New less           an untouched New loses it, and its type the field, unless something uses that
//	an embedded type is unknown    no method comes in, and the type is reported
//	the service renamed            names that the stubs derive from it get its new name
//
// What msgen emitted last, and what it would emit now, are Go text as well: the package knows RPCs by the methods in
// them. Subscribers and the emitted tests are Go text too, and go the same way.
//
// [Splice] has three phases, each a function of what the one before it returned: read parses every file once and lists
// what it declares (read.go, folder.go, source.go, function.go, server.go, stubs.go); decide compares the three sides and
// returns edits and notes (decide.go; insert.go, constructor.go and retype.go for one function); apply makes the edits.
package handlers

import (
	"maps"

	"github.com/msgen/msgen/generator/internal/keeping/methods"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// Package is one folder of handlers. Files are by path.
type Package struct {
	Dir  string
	Base map[string][]byte // what msgen emitted last; without it, nothing counts as untouched
	Disk map[string][]byte // every Go file that stands in the folder
	New  map[string][]byte // what msgen would emit now

	Path string       // the import path of the folder
	Find methods.Find // the Go of other packages

	Moved bool // their user has moved the handlers into the folder, so that msgen writes no file of it as a whole
}

// Result is what becomes of a folder.
type Result struct {
	Texts map[string]splice.Text // by path; a path that is missing is not ours
	Notes []Note                 // sorted by path and line
	Keeps bool                   // New keeps the parameters that its user gave it: main cannot pass it more
}

// Note is what the user has to know, or to do, about one place.
type Note struct {
	Path string
	Line int // 0: the whole file
	Text string
}

// Splice works out what a change of the proto means for the folder. If a file of the user's does not parse, all of them
// stay as they are.
func Splice(p Package) Result {
	sides, faults := read(p)
	if len(faults) > 0 {
		return Result{Texts: asTheyAre(p.Disk), Notes: faults}
	}
	return sides.splice()
}

func (s *sides) splice() Result {
	spliced := s.spliced()
	result := s.apply(spliced, s.decide(spliced))
	maps.Copy(result.Texts, s.withTheirLineEnds(spliced))
	return result
}

// Current reports whether files, of which now has the text, have all that is wanted: nothing would change, and there is nothing to
// report.
func (r Result) Current(now func(path string) []byte) bool {
	for path, text := range r.Texts {
		if text.Changes(now(path)) {
			return false
		}
	}
	return len(r.Notes) == 0
}

// asTheyAre keeps files as they stand on disk.
func asTheyAre(files map[string][]byte) map[string]splice.Text {
	texts := map[string]splice.Text{}
	for path, content := range files {
		texts[path] = splice.Text{Kind: splice.Present, Content: content}
	}
	return texts
}
