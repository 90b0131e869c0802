package handlers

import (
	"errors"
	"go/scanner"
	"maps"
	"slices"
	"sync"

	"github.com/msgen/msgen/generator/internal/keeping/methods"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// sides are what the three texts of one folder declare. Nothing changes them once they are read.
type sides struct {
	base, disk, next *folder

	stubs    stubs           // that the emitted type embeds
	formerly string          // the service of the last ones
	server   *server         // the type on disk that answers
	declared map[string]bool // the names that the files on disk declare at their top

	moved     bool     // see [Package]
	elsewhere []string // the folders in which the handlers may be, where there are several

	methods func() *methods.Set // of the server, the embedded ones too
}

// read parses every file once. Files of the user's that do not parse are reported; the other two sides are msgen's own
// text, and parse.
func read(p Package) (*sides, []Note) {
	disk, faults := parseAll(p.Disk)
	if len(faults) > 0 {
		return nil, faults
	}
	base, _ := parseAll(p.Base)
	next, _ := parseAll(p.New)
	s := &sides{base: newFolder(base, succession{}), next: newFolder(next, succession{}), moved: p.Moved}
	s.stubs = s.next.stubs()
	last := s.base.stubs()
	s.formerly = last.service
	successors := succeed(last, s.stubs, s.next)
	s.disk = newFolder(disk, successors)
	if successors != (succession{}) {
		s.base = newFolder(base, successors) // so that its types are the same as the new ones
	}
	s.server = s.disk.server(s.stubs.service)
	s.declared = s.disk.declared()
	s.methods = sync.OnceValue(func() *methods.Set {
		return methods.Of(p.Path, s.disk.following(), s.server.decl.name, s.orStubs(p.Find))
	})
	return s, nil
}

// parsed is a Go file and its path.
type parsed struct {
	path string
	*splice.File
}

// parseAll parses files, sorted by path.
func parseAll(files map[string][]byte) (all []parsed, faults []Note) {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		file, err := splice.Parse(path, files[path])
		if err != nil {
			faults = append(faults, unreadable(path, err))
			continue
		}
		all = append(all, parsed{path, file})
	}
	return all, faults
}

func unreadable(path string, err error) Note {
	note := Note{Path: path, Text: err.Error()}
	if list, ok := errors.AsType[scanner.ErrorList](err); ok && len(list) > 0 {
		note.Line, note.Text = list[0].Pos.Line, list[0].Msg
	}
	note.Text = "is no Go that can be read, so that no handler beside it was brought up to date: " + note.Text
	return note
}
