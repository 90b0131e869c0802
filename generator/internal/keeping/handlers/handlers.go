// Package handlers keeps the Go that answers RPCs in step with the proto, although it is its user's. Methods are found
// by type and name over the whole package, so that they may stand in any file, in any order, with any receiver. What
// changes is spliced in by byte offset; everything else stays as it is.
//
//	an RPC that has no method      its stub comes in behind the last method of the service
//	request or response changed    the types in the signature are replaced
//	an RPC that left the proto     its stub goes if nobody has touched it, else it stays and is told of
//	another kind of RPC            told, with the signature that is wanted
//	main passes New something new  a parameter comes in where New has only msgen's own, and a field to keep it
//	main passes New less           an untouched New loses it, and its type the field, unless something uses that
//	the service renamed            what the stubs call after it has its new name
//
// What msgen emitted last, and what it would emit now, are Go text as well: the package knows RPCs by the methods in them.
package handlers

import (
	"fmt"
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// Package is one folder of handlers. Files are by path.
type Package struct {
	Base map[string][]byte // what msgen emitted last; without it, nothing counts as untouched
	Disk map[string][]byte // every Go file that stands in the folder
	New  map[string][]byte // what msgen would emit now
}

// Result is what becomes of a folder.
type Result struct {
	// Files are those that the splices have a say in, as they shall be. A file of New that is missing here is msgen's
	// to write as a whole; one that is nil here stands in other files of the folder, and is not to be created.
	Files map[string][]byte
	Notes []Note // sorted by path and line
}

// Note is what the user has to know, or to do, about one place.
type Note struct {
	Path string
	Line int // 0: the whole file
	Text string
}

// Splice works out what a change of the proto means for the folder.
func Splice(p Package) Result {
	s := &splicer{edits: map[*source][]splice.Edit{}, wanted: map[*source][]splice.Import{}}
	var faults []Note
	s.disk, faults = readFolder(p.Disk)
	if len(faults) > 0 {
		return Result{Files: maps.Clone(p.Disk), Notes: faults}
	}
	s.base, _ = readFolder(p.Base) // that and the next are msgen's own, and parse
	s.next, _ = readFolder(p.New)
	s.moveStubs()
	s.renameStubs()
	files := map[string][]byte{}
	for _, path := range slices.Sorted(maps.Keys(p.New)) {
		if s.whole(path, p) {
			continue
		}
		s.file(s.next.file(path), s.base.file(path))
		files[path] = p.Disk[path]
	}
	s.renameRest()
	maps.Copy(files, s.apply())
	return Result{Files: files, Notes: s.sortedNotes()}
}

// splicer collects the edits of one folder.
type splicer struct {
	base, disk, next *folder
	edits            map[*source][]splice.Edit
	wanted           map[*source][]splice.Import // that new text needs
	renames          []rename
	notes            []Note
}

// whole reports whether a file can be rewritten: nobody has touched it, and what it declares stands nowhere else. So it
// is, too, before the file is created.
func (s *splicer) whole(path string, p Package) bool {
	onDisk, stands := p.Disk[path]
	was, known := p.Base[path]
	if stands != known || stands && !sameText(onDisk, was) {
		return false
	}
	return !slices.ContainsFunc(s.next.file(path).funcs, func(f *function) bool {
		return slices.ContainsFunc(s.disk.find(f), func(found *function) bool { return found.file.path != path })
	})
}

// file brings the folder in step with one emitted file; was is nil where its last text is not known.
func (s *splicer) file(now, was *source) {
	for _, f := range now.funcs {
		switch found := s.disk.find(f); {
		case len(found) > 0:
			for _, mine := range found {
				s.update(mine, was.named(f), f)
			}
		case s.missing(f, was):
			s.insert(f)
		}
	}
	for _, gone := range was.all() {
		if now.named(gone) != nil || !gone.isMethod() && !gone.isTest() {
			continue
		}
		for _, mine := range s.disk.find(gone) {
			s.remove(mine, gone)
		}
	}
}

// missing reports whether a function that the folder does not have has to come in. What its user deleted stays deleted
// where the code builds without it.
func (s *splicer) missing(f *function, was *source) bool {
	known := was.named(f) != nil
	switch {
	case f.isMethod():
		return !known || !s.disk.server(s.next).unimplemented
	case f.isTest():
		return was != nil && !known && s.hasHelpers(f.file)
	default:
		return false
	}
}

// hasHelpers reports whether the folder still has what the emitted tests call.
func (s *splicer) hasHelpers(tests *source) bool {
	return !slices.ContainsFunc(tests.funcs, func(f *function) bool { return !f.isTest() && len(s.disk.find(f)) == 0 })
}

// update brings a function that the folder has in step with what msgen emits now.
func (s *splicer) update(mine, was, now *function) {
	switch {
	case now.decl.Name.Name == "New" && !now.isMethod() && len(added(mine, was, now)) > 0:
		s.constructor(mine, was, now)
	case now.decl.Name.Name == "New" && !now.isMethod() && was != nil && mine.same(was) && len(lacking(now, was)) > 0:
		s.deprive(mine, was, now)
	case was != nil && mine.same(was):
		if !was.same(now) {
			s.replace(mine, now)
		}
	case now.isMethod():
		s.signature(mine, was, now)
	}
}

func (s *splicer) replace(mine, now *function) {
	s.edit(mine.file, splice.Edit{Start: mine.start, End: mine.end, New: s.transplant(now, mine.file, mine.receiver())})
}

// remove takes out a function whose RPC has left the proto, with the blank lines before it, unless it was edited.
func (s *splicer) remove(mine, was *function) {
	if mine.same(was) {
		start := mine.start
		for start > 0 && isSpace(mine.file.Src[start-1]) {
			start--
		}
		s.edit(mine.file, splice.Edit{Start: start, End: mine.end})
		return
	}
	what, where := s.answered()
	text := "the " + what + " %s is not in the " + where + " any more, and its method is yours: delete it when you do not need it"
	if !mine.isMethod() {
		text = "%s is about an RPC that is not in the proto any more, and is yours: delete it when you do not need it"
	}
	s.note(mine.file, mine.decl.Name.Pos(), text, mine.decl.Name.Name)
}

// answered is what the methods of the folder answer, and where that is declared.
func (s *splicer) answered() (what, where string) {
	if s.next.service() == "" {
		return "subscription", "policy"
	}
	return "RPC", "proto"
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// insert puts a function behind the last one of its kind.
func (s *splicer) insert(f *function) {
	after := s.last(f)
	if after == nil {
		if f.isMethod() && len(s.disk.files) > 0 {
			what, _ := s.answered()
			s.notes = append(s.notes, Note{s.disk.files[0].path, 0, fmt.Sprintf("no method for the %s %s, and no type that has others: add %s",
				what, f.decl.Name.Name, f.signatureText())})
		}
		return
	}
	file := after.file
	s.edit(file, splice.Edit{Start: after.line, End: after.line, New: "\n\n" + s.transplant(f, file, after.receiver())})
}

// place is where a function may come in.
type place struct {
	file *source
	line int    // the end of the line behind which it comes
	recv string // the receiver of its neighbour
}

func (p *place) receiver() string { return p.recv }

// last is the place behind the last function of the same kind: the last method of the service, or the last test. A
// file that a build constraint may leave out is the last resort.
func (s *splicer) last(f *function) *place {
	var best *function
	for _, file := range s.disk.files {
		for _, mine := range file.funcs {
			if s.alike(f, mine) && (best == nil || better(mine.file, best.file, f.file.path)) {
				best = mine
			}
		}
	}
	if best != nil {
		return &place{best.file, best.endOfLine(), best.receiver()}
	}
	if f.isMethod() {
		return s.disk.server(s.next).place()
	}
	return nil
}

// alike reports whether mine is a neighbour for f.
func (s *splicer) alike(f, mine *function) bool {
	if f.isTest() {
		return mine.isTest() && mine.recv == ""
	}
	isRPC := s.next.has(mine.decl.Name.Name) || s.base.has(mine.decl.Name.Name)
	return s.disk.server(s.next).methodsOf[mine.recv] && isRPC
}

// better reports whether a file is the place to go rather than the one that has been found: later functions of the same
// file are.
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

func (s *splicer) edit(file *source, e splice.Edit) { s.edits[file] = append(s.edits[file], e) }
