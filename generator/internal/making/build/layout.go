package build

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// layout is a value of the policy as JSON, each key and each value on a line of its own, so that a line tells where in
// the policy it is from.
type layout struct {
	text  []string
	lines []origin
}

// origin is what a line of a layout is from.
type origin struct {
	path   string                         // in the policy
	within protoreflect.MessageDescriptor // the message whose field it is; nil for none that is known
}

// newLayout lays out what the policy has at a path, which should be a message of that type.
func newLayout(value any, path string, message protoreflect.MessageDescriptor) *layout {
	l := &layout{}
	l.value(value, origin{path: path}, message)
	return l
}

// String is the JSON, one line for each origin.
func (l *layout) String() string { return strings.Join(l.text, "\n") }

// compact is the JSON on one line.
func (l *layout) compact() string { return strings.Join(l.text, "") }

func (l *layout) line(from origin, text string) {
	l.text = append(l.text, text)
	l.lines = append(l.lines, from)
}

// value adds a value that should be a message of that type; nil for anything else.
func (l *layout) value(value any, from origin, message protoreflect.MessageDescriptor) {
	switch value := value.(type) {
	case map[string]any:
		l.object(value, from, message)
	case []any:
		l.line(from, "[")
		for i, item := range value {
			if i > 0 {
				l.line(from, ",")
			}
			l.value(item, origin{path: fmt.Sprintf("%s[%d]", from.path, i), within: from.within}, message)
		}
		l.line(from, "]")
	default:
		l.line(from, scalarJSON(value))
	}
}

func (l *layout) object(object map[string]any, from origin, message protoreflect.MessageDescriptor) {
	l.line(from, "{")
	for i, name := range slices.Sorted(maps.Keys(object)) {
		comma := ""
		if i > 0 {
			comma = ","
		}
		key := origin{path: from.path + "." + name, within: message}
		l.line(key, comma+scalarJSON(name)+":")
		l.value(object[name], key, messageOf(message, name))
	}
	l.line(from, "}")
}

// messageOf is the type of a field that holds messages, one or a list of them; nil for any other. The values of maps
// stand one level deeper, and are not looked for.
func messageOf(message protoreflect.MessageDescriptor, name string) protoreflect.MessageDescriptor {
	if message == nil {
		return nil
	}
	field := message.Fields().ByJSONName(name)
	if field == nil {
		field = message.Fields().ByTextName(name)
	}
	if field == nil || field.IsMap() {
		return nil
	}
	return field.Message()
}

// scalarJSON is a text, a number, a truth or nil as JSON, without the escapes that only HTML needs.
func scalarJSON(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "null" // the policy holds nothing that JSON cannot say
	}
	return strings.TrimSuffix(out.String(), "\n")
}
