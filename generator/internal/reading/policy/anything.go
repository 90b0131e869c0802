package policy

import (
	"fmt"
	"math"
	"reflect"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// anything decodes whatever JSON can say: map[string]any, []any, string, bool, int64, uint64, float64 and nil.
func (d *decoder) anything(s slot) {
	if value := d.plain(s); value != nil {
		s.target.Set(reflect.ValueOf(value))
	}
}

func (d *decoder) plain(s slot) any {
	if s.node.Kind == yaml.AliasNode {
		s.node = s.node.Alias
	}
	d.written[s.path] = s.at
	switch s.node.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for _, e := range d.entries(s) {
			object[e.name] = d.inner(s, join(s.path, e.name), e.at(d.file), e.value)
		}
		return object
	case yaml.SequenceNode:
		array := make([]any, len(s.node.Content))
		for i, node := range s.node.Content {
			array[i] = d.inner(s, fmt.Sprintf("%s[%d]", s.path, i), d.place(node), node)
		}
		return array
	default:
		return d.leaf(s)
	}
}

func (d *decoder) inner(s slot, path string, at diag.Position, node *yaml.Node) any {
	s.path, s.at, s.node = path, at, node
	if !d.spend(s) {
		return nil
	}
	return d.plain(s)
}

func (d *decoder) leaf(s slot) any {
	var value any
	switch s.node.ShortTag() {
	case "!!null":
		return nil
	case "!!str", "!!timestamp":
		return s.node.Value
	case "!!bool", "!!int", "!!float":
		if err := s.node.Decode(&value); err != nil {
			break
		}
		if f, ok := value.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
			break
		}
		return value
	}
	d.fault(s.path, s.at, diag.Problem{Message: "not JSON", Found: found(s.node), Want: "a value that JSON can say", Fix: "put it in quotes"})
	return nil
}
