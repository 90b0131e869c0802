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
	"strings"

	"github.com/msgen/msgen/generator/diag"
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
	s := &State{Version: strings.TrimSpace(string(version))}
	if !exists {
		return s, nil
	}
	if err := s.decode(data); err != nil {
		return nil, err
	}
	return s, nil
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

func (s *State) decode(data []byte) error {
	// The format is looked at first and alone, because a newer one need not decode as this one.
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return broken(data, err)
	}
	if head.Format > Format {
		return s.tooNew(head.Format)
	}
	if head.Format < 1 {
		return problem(diag.Problem{Message: "unknown state format", Found: strconv.Itoa(head.Format),
			Want: fmt.Sprintf("1 to %d", Format), Fix: recovery})
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return broken(data, err)
	}
	s.Inputs, s.Handlers, s.Stubs, s.Packages, s.Files = doc.Inputs, doc.Handlers, doc.Stubs, doc.Packages, doc.Files
	return s.validate()
}

// validate checks what the JSON types do not: the paths above all, since later runs remove files by them.
func (s *State) validate() error {
	at := diag.Position{File: Path}
	var faults diag.List
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
		if sum, err := hex.DecodeString(entry.Sum); err != nil || len(sum) != sha256.Size {
			faults.Add(diag.Problem{Position: at, Message: "sha256 of " + path, Found: entry.Sum,
				Want: "64 hexadecimal digits", Fix: recovery})
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
