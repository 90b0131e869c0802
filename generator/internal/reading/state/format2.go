package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Format is the version of state.json that this package writes, and the newest that it reads.
//
// From format 2 on, the file is one flat JSON object with a line for each member, so that lines of two branches stand side by
// side. The last line is the only one without a comma, and never changes.
const Format = 2

// The keys of state.json. A name follows the space of a key that ends in one.
const (
	keyProtos       = "protos"
	keyImportPaths  = "importPaths"
	keyPolicy       = "policy"
	keyRoot         = "root"
	keySystem       = "system"
	keyRole         = "role"
	keyInRepository = "inRepository"
	keyBeside       = "beside"
	keyShared       = "sharedStubs"
	keyRuntime      = "sharedRuntime"
	keyPlugin       = "plugin"
	keyDependencies = "dependencies"
	keyOthers       = "calleeProtos"
	keyInput        = "input "
	keyOriginal     = "original "
	keyHandlers     = "handlers "
	keyStubs        = "stubs "
	keyPackages     = "package "
	keyFile         = "file "
	keySeal         = "seal"
	keyFormat       = "format"
)

// file is an entry as state.json has it.
type file struct {
	Owner   Owner  `json:"owner"`
	Sum     string `json:"sha256"`
	Deleted bool   `json:"deleted,omitempty"`
}

// Encode returns state.json: sorted by path, and the same bytes for the same State. The version is not in it, so that a newer
// msgen which emits the same tree leaves it as it is.
func (s *State) Encode() ([]byte, error) {
	lines, err := s.lines()
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "{\n%s%q: %q,\n%q: %d\n}\n", lines, keySeal, Sum(lines), keyFormat, Format), nil
}

// lines are the lines of state.json between its first and its seal. The seal is their sum: where it differs, two branches were
// merged.
func (s *State) lines() ([]byte, error) {
	var out lineWriter
	in := s.Inputs
	out.some(keyProtos, len(in.Protos), in.Protos)
	out.some(keyImportPaths, len(in.ImportPaths), in.ImportPaths)
	out.some(keyPolicy, len(in.Policy), in.Policy)
	out.some(keyRoot, len(in.Root), in.Root)
	out.some(keySystem, len(in.System), in.System)
	out.some(keyInRepository, len(in.InRepository), in.InRepository)
	out.some(keyRole, len(in.Role), in.Role)
	if in.Stubs != nil {
		out.line(keyShared, in.Stubs)
	}
	if in.Runtime != nil {
		out.line(keyRuntime, in.Runtime)
	}
	if in.Plugin != nil {
		out.line(keyPlugin, in.Plugin)
	}
	out.some(keyDependencies, len(in.Dependencies), in.Dependencies)
	out.some(keyOthers, len(in.OthersProtos), in.OthersProtos)
	if in.Beside != nil {
		out.line(keyBeside, in.Beside)
	}
	out.named(keyOriginal, in.Originals)
	out.named(keyInput, in.Sums)
	out.named(keyHandlers, s.Handlers)
	out.named(keyStubs, s.Stubs)
	out.named(keyPackages, s.Packages)
	for _, path := range slices.Sorted(maps.Keys(s.Files)) {
		entry := s.Files[path]
		for _, sum := range entry.sums() {
			out.line(keyFile+path, file{entry.Owner, sum, entry.Deleted})
		}
	}
	return out.Bytes(), out.err
}

// lineWriter writes members of an object. The first error stays.
type lineWriter struct {
	bytes.Buffer

	err error
}

func (w *lineWriter) line(key string, value any) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // paths are for people to read
	for _, part := range []any{key, value} {
		if err := enc.Encode(part); err != nil && w.err == nil {
			w.err = err
		}
	}
	fmt.Fprintf(w, "%s,\n", strings.Replace(strings.TrimSuffix(text.String(), "\n"), "\n", ": ", 1))
}

// some writes a value of some length, and nothing where that is 0.
func (w *lineWriter) some(key string, length int, value any) {
	if length > 0 {
		w.line(key, value)
	}
}

func (w *lineWriter) named(key string, values map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		w.line(key+name, values[name])
	}
}

// addLines adds what a file in format 2 says.
func (s *State) addLines(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil { // the brace
		return broken(data, err)
	}
	var seal string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return broken(data, err)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return broken(data, err)
		}
		if err := s.add(key.(string), value, &seal); err != nil { // JSON has no other keys than strings
			return member(key.(string), data[:dec.InputOffset()], err)
		}
	}
	lines, err := s.lines()
	s.Mixed = s.Mixed || seal != Sum(lines)
	return err
}

// add adds one line. Of two that say one thing, both count where that can be, and otherwise the first.
func (s *State) add(key string, value json.RawMessage, seal *string) error {
	if kind, name, named := strings.Cut(key, " "); named {
		return s.addNamed(kind+" ", name, value)
	}
	in := &s.Inputs
	switch key {
	case keyProtos:
		return addList(&in.Protos, value)
	case keyImportPaths:
		return addList(&in.ImportPaths, value)
	case keyPolicy:
		return addOne(&in.Policy, value)
	case keyRoot:
		return addOne(&in.Root, value)
	case keySystem:
		return addOne(&in.System, value)
	case keyInRepository:
		return addOne(&in.InRepository, value)
	case keyBeside:
		if in.Beside == nil {
			in.Beside = []string{} // somebody has looked
		}
		return addList(&in.Beside, value)
	case keyRole:
		return addOne(&in.Role, value)
	case keyShared:
		return addOne(&in.Stubs, value)
	case keyRuntime:
		return addOne(&in.Runtime, value)
	case keyPlugin:
		return addOne(&in.Plugin, value)
	case keyDependencies:
		return addList(&in.Dependencies, value)
	case keyOthers:
		return addList(&in.OthersProtos, value)
	case keySeal:
		return addOne(seal, value)
	case keyFormat:
		return nil
	default:
		return errUnknown
	}
}

func (s *State) addNamed(kind, name string, value json.RawMessage) error {
	switch kind {
	case keyOriginal:
		return addTo(&s.Inputs.Originals, name, value)
	case keyInput:
		return addTo(&s.Inputs.Sums, name, value)
	case keyHandlers:
		return addTo(&s.Handlers, name, value)
	case keyStubs:
		return addTo(&s.Stubs, name, value)
	case keyPackages:
		return addTo(&s.Packages, name, value)
	case keyFile:
		var line file
		if err := json.Unmarshal(value, &line); err != nil {
			return err
		}
		s.addFile(name, line)
		return nil
	default:
		return errUnknown
	}
}

func (s *State) addFile(path string, line file) {
	if s.Files == nil {
		s.Files = map[string]Entry{}
	}
	entry := Entry{Owner: line.Owner, Sum: line.Sum, Deleted: line.Deleted}
	if was, known := s.Files[path]; known {
		entry = was.with(entry)
	}
	s.Mixed = s.Mixed || len(entry.Also) > 0
	s.Files[path] = entry
}

func addList[T any](list *[]T, value json.RawMessage) error {
	var more []T
	err := json.Unmarshal(value, &more)
	*list = union(*list, more)
	return err
}

func addOne[T comparable](one *T, value json.RawMessage) error {
	var other, none T
	err := json.Unmarshal(value, &other)
	if *one == none {
		*one = other
	}
	return err
}

func addTo(values *map[string]string, name string, value json.RawMessage) error {
	var other string
	err := json.Unmarshal(value, &other)
	*values = joined(*values, map[string]string{name: other})
	return err
}

// union is a list with the items of another that are not in it.
func union[T any](list, more []T) []T {
	for _, item := range more {
		if !slices.ContainsFunc(list, func(known T) bool { return reflect.DeepEqual(known, item) }) {
			list = append(list, item)
		}
	}
	return list
}

// joined adds the others to values. A name that both have keeps its value.
func joined(values, others map[string]string) map[string]string {
	if len(others) == 0 {
		return values
	}
	out := maps.Clone(others)
	maps.Copy(out, values)
	return out
}
