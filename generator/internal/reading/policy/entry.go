package policy

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// maxKeyBytes bounds a key, so that the paths of what it holds stay short.
const maxKeyBytes = 512

// entry is one key of a YAML mapping, and its value.
type entry struct {
	name  string
	keyAt diag.Position
	value *yaml.Node
}

// at is where the value stands. A block of lines begins with its first entry, and no value stands nowhere: both are
// said to stand at the key.
func (e entry) at(file string) diag.Position {
	block := (e.value.Kind == yaml.MappingNode || e.value.Kind == yaml.SequenceNode) && e.value.Style&yaml.FlowStyle == 0
	if block || e.value.Kind == yaml.ScalarNode && e.value.Value == "" && e.value.Style == 0 {
		return e.keyAt
	}
	return diag.Position{File: file, Line: e.value.Line, Col: e.value.Column}
}

// entries returns the keys of a mapping in the order of the file. Keys that are no plain text, merge keys and the
// second of two equal keys are problems and left out.
func (d *decoder) entries(s slot) []entry {
	var entries []entry
	first := map[string]diag.Position{}
	for i := 0; i+1 < len(s.node.Content); i += 2 {
		name := s.node.Content[i]
		e := entry{name: name.Value, keyAt: d.place(name), value: s.node.Content[i+1]}
		before, twice := first[e.name]
		switch {
		case len(e.name) > maxKeyBytes:
			d.fault(s.path, e.keyAt, diag.Problem{Message: "key too long", Found: clip(e.name), Want: fmt.Sprintf("at most %d bytes", maxKeyBytes)})
		case name.Kind != yaml.ScalarNode:
			d.fault(s.path, e.keyAt, diag.Problem{Message: "a key that is no text", Found: found(name), Want: "a plain word"})
		case name.ShortTag() == "!!merge":
			d.fault(join(s.path, e.name), e.keyAt, diag.Problem{Message: "merge keys are no part of the language", Fix: "write the keys out"})
		case twice:
			d.unreadable(join(s.path, e.name), e.keyAt, diag.Problem{Message: "written twice", Fix: fmt.Sprintf("remove it: the first is on line %d", before.Line)})
		default:
			first[e.name] = e.keyAt
			entries = append(entries, e)
		}
	}
	return entries
}
