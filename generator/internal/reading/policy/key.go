package policy

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// shape is what kind of thing stands under a key.
type shape int

const (
	single   shape = iota // one value
	list                  // items in order
	section               // keys that the language names
	table                 // keys that the user names
	anything              // any YAML that JSON can say
)

// key is one key of the language: what may stand there, what stands there by default, and what it is for. The root,
// the items of a list and the entries of a table are keys without a name.
type key struct {
	name    string
	path    string // "server.grpcPort", "dependencies[].name", "resilience.methods.*.timeout"
	doc     string
	derived string // in words, where the value comes from when nobody writes it
	example string // YAML
	apart   bool   // the example contradicts those of other keys
	index   []int  // of the Go field, as reflect counts

	shape    shape
	optional bool          // a pointer in Go: nil until it is written
	required bool          // to be written whenever its section is
	refused  bool          // no part of msgen acts on it yet
	inherits bool          // starts from a value that null takes away
	layer    bool          // is laid over another policy's, which is not known while the file is read
	fallback string        // the default, as YAML; "" for none
	initial  reflect.Value // the default; not valid for none

	kind   scalar    // single
	limits *interval // single; nil: none
	form   format    // single texts, and the keys of tables
	enum   []string  // single; nil: any
	later  []string  // values of the enumeration that are refused for now

	keys []*key // section: in the order of the Go fields
	item *key   // list, table

	mayBeEmpty bool   // list
	unique     string // list of sections: the key that tells items apart; "" where all of them do
	sample     string // table: the name of an entry to show
}

// child returns the key of a section by its name, or nil.
func (k *key) child(name string) *key {
	if i := slices.IndexFunc(k.keys, func(c *key) bool { return c.name == name }); i >= 0 {
		return k.keys[i]
	}
	return nil
}

// available lists the keys of a section that are not refused.
func (k *key) available() []*key {
	return slices.DeleteFunc(slices.Clone(k.keys), func(c *key) bool { return c.refused })
}

// node is the kind of YAML that the key wants.
func (k *key) node() yaml.Kind {
	switch k.shape {
	case section, table:
		return yaml.MappingNode
	case list:
		return yaml.SequenceNode
	default:
		return yaml.ScalarNode
	}
}

// mayBeNull reports whether nothing may stand under the key: a section that is there anyhow, and asks for nothing.
func (k *key) mayBeNull() bool {
	return k.shape == section && !k.optional && !slices.ContainsFunc(k.keys, func(c *key) bool { return c.required })
}

// want says in words what may stand under the key.
func (k *key) want() string {
	switch {
	case k.shape == list:
		return "a list"
	case k.shape == section:
		return "a mapping with keys such as " + k.available()[0].name
	case k.shape == table:
		return "a mapping; each key is " + k.form.want
	case k.shape == anything:
		return "a value"
	case k.enum != nil:
		return oneOf(k.enum)
	case k.form.exists():
		return k.form.want
	case k.limits != nil:
		return k.kind.want + ", " + k.limits.String()
	default:
		return k.kind.want
	}
}

// fill sets the defaults of a section's keys in its Go value.
func (k *key) fill(target reflect.Value) {
	for _, c := range k.keys {
		field := target.FieldByIndex(c.index)
		switch {
		case c.refused: // stays zero, so that nothing is told of what is not there
		case c.shape == section && !c.optional:
			c.fill(field)
		case c.shape == list && c.initial.IsValid():
			field.Set(reflect.AppendSlice(reflect.Zero(field.Type()), c.initial)) // no two policies share a list
		case c.initial.IsValid():
			field.Set(c.initial)
		}
	}
}

// oneOf joins names: "a", "a or b", "a, b or c".
func oneOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// join adds a name to a dotted path.
func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}
