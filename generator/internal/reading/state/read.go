package state

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/mod/semver"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// recovery is the way out of every unreadable state.json; nothing of the user's depends on that file.
const recovery = "restore " + Path + " from version control, or delete it and generate again with the protos and " +
	"the policy as arguments; files that differ from what msgen emits are then refused, never overwritten"

// Tree reads the files of a tree by their slash-separated paths.
type Tree interface {
	ReadFile(path string) ([]byte, error)
}

// Read reads the state of a tree, which is never nil in what it returns without an error: a tree without
// state.json has the zero State. A file that cannot be understood, or that a newer msgen wrote in a format of its
// own, is a *[diag.ListError] with the position and the way out.
func Read(tree Tree) (*State, error) {
	version, _, err := readOptional(tree, VersionPath)
	if err != nil {
		return nil, err
	}
	data, exists, err := readOptional(tree, Path)
	if err != nil {
		return nil, err
	}
	s := &State{Version: newest(version)}
	if !exists {
		return s, nil
	}
	if err := s.decode(data); err != nil {
		return nil, err
	}
	return s, nil
}

// newest is the version in a file that has one, and after the merge of branches perhaps several: the newest of them, since
// what it wrote is in the tree.
func newest(file []byte) string {
	var found string
	for line := range bytes.Lines(bytes.Join(checkout.Sides(file), []byte("\n"))) {
		version := string(bytes.TrimSpace(line))
		if found == "" || semver.IsValid(version) && semver.Compare(version, found) > 0 {
			found = version
		}
	}
	return found
}

func readOptional(tree Tree, path string) (data []byte, exists bool, err error) {
	data, err = tree.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return data, true, nil
}

// decode adds what a file says. Of a file with conflicts, each branch counts.
func (s *State) decode(data []byte) error {
	sides := checkout.Sides(data)
	for _, side := range sides {
		if err := s.decodeSide(side); err != nil {
			return err
		}
	}
	s.Mixed = s.Mixed || len(sides) > 1
	return s.validate()
}

func (s *State) decodeSide(data []byte) error {
	// The format is looked at first and alone, because a newer one need not decode as this one.
	var head struct {
		Format int `json:"format"`
	}
	err := json.Unmarshal(data, &head)
	if one, two := formats(data); err != nil && one != nil && two != nil {
		s.Mixed = true
		return cmp.Or(s.decodeSide(two), s.decodeSide(one))
	}
	switch {
	case err != nil:
		return broken(data, err)
	case head.Format > Format:
		return s.tooNew(head.Format)
	case head.Format == 2:
		return s.addLines(data)
	case head.Format == 1:
		return s.addNested(data)
	default:
		return problem(diag.Problem{Message: "unknown state format", Found: strconv.Itoa(head.Format),
			Want: fmt.Sprintf("1 to %d", Format), Fix: recovery})
	}
}

// formats takes a file apart in which git has put the lines of both formats below each other, as it does when msgen was
// upgraded on one of two branches. The lines of format 1 are indented.
func formats(data []byte) (one, two []byte) {
	var indented, flush []byte
	for line := range bytes.Lines(data) {
		switch line[0] {
		case ' ':
			indented = append(indented, line...)
		case '"':
			flush = append(flush, line...)
		}
	}
	if len(indented) == 0 || len(flush) == 0 {
		return nil, nil
	}
	return fmt.Appendf(nil, "{%s}", indented), fmt.Appendf(nil, "{%s}", flush)
}

// validate checks what the JSON types do not: the paths above all, since later runs remove files by them.
func (s *State) validate() error {
	at := diag.Position{File: Path}
	faults := s.checkRecorded()
	for _, path := range slices.Sorted(maps.Keys(s.Files)) {
		if !Emittable(path) {
			faults.Add(diag.Problem{Position: at, Message: "path of an emitted file", Found: path,
				Want: "a path inside the tree and outside " + Dir, Fix: recovery})
		}
		entry := s.Files[path]
		if !entry.Owner.Valid() {
			faults.Add(diag.Problem{Position: at, Message: "owner of " + path, Found: string(entry.Owner),
				Want: fmt.Sprintf("%s, %s or %s", Generated, Merged, Yours), Fix: recovery})
		}
		for _, written := range entry.sums() {
			if sum, err := hex.DecodeString(written); err != nil || len(sum) != sha256.Size {
				faults.Add(diag.Problem{Position: at, Message: "sha256 of " + path, Found: written,
					Want: "64 hexadecimal digits", Fix: recovery})
			}
		}
	}
	return faults.Err()
}

func (s *State) tooNew(format int) error {
	by, fix := "a newer msgen", "use the msgen that wrote this tree"
	if s.Version != "" {
		by, fix = "msgen "+s.Version, "use that version or a newer one"
	}
	return problem(diag.Problem{
		Message: fmt.Sprintf("written by %s in state format %d", by, format),
		Want:    fmt.Sprintf("format %d or older", Format),
		Fix:     fix,
	})
}

// broken positions the two errors of encoding/json that know where they are: after the byte at fault.
func broken(data []byte, err error) error {
	p := diag.Problem{Message: "not readable as msgen's state: " + err.Error(), Fix: recovery}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		p.Line, p.Col = lineAndColumn(data, syntax.Offset-1)
	} else if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		p.Line, p.Col = lineAndColumn(data, wrong.Offset-1)
		p.Message = fmt.Sprintf("%s cannot be a JSON %s", cmp.Or(wrong.Field, "the state"), wrong.Value) // its own text names Go types
	}
	return problem(p)
}

var errUnknown = errors.New("is not a key of msgen's")

// member is the error of the value at the end of what was read.
func member(key string, read []byte, err error) error {
	p := diag.Problem{Message: fmt.Sprintf("%q %s", key, err), Fix: recovery}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		p.Message = fmt.Sprintf("%q cannot be a JSON %s", key, wrong.Value) // its own text names Go types
	}
	p.Line, p.Col = lineAndColumn(read, int64(len(read))-1)
	return problem(p)
}

// lineAndColumn counts both from 1, the column in bytes.
func lineAndColumn(data []byte, offset int64) (line, column int) {
	before := data[:max(offset, 0)]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

func problem(p diag.Problem) error {
	p.File = Path
	var list diag.List
	list.Add(p)
	return list.Err()
}
