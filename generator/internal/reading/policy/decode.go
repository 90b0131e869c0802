package policy

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// maxPathBytes bounds a file after its aliases are followed, so that a small file cannot become a large one: it is
// the length of all paths that are written, some 60 bytes for each value.
const maxPathBytes = 16 << 20

// decoder walks YAML along the language and sets Go values. It goes on after a fault, so that one run finds all.
type decoder struct {
	*places

	problems diag.List
	budget   int  // bytes of paths that may still be read
	layered  bool // what is read is a layer: what it is laid over, and so what contradicts, is not known yet
}

// slot is one place to fill: what may stand there, what does stand there, and the Go value to set.
type slot struct {
	key    *key
	path   string
	at     diag.Position
	node   *yaml.Node
	target reflect.Value
	parent reflect.Value // the section that holds a table
	heirOf string        // the path of the value that it starts from; empty: it starts from the default
}

// heir is an entry of a table that starts from another part of the table's section.
type heir interface {
	inherit(section any)
	inheritsFrom() string // the key of the section
}

func (d *decoder) value(s slot) {
	if !d.spend(s) {
		return
	}
	if s.node.Kind == yaml.AliasNode {
		s.node = s.node.Alias
	}
	d.written[s.path] = s.at
	if s.key.layer {
		d.layered = true
		defer func() { d.layered = false }()
	}
	switch {
	case s.node.ShortTag() == "!!null":
		d.null(s)
	case s.key.shape != anything && s.node.Kind != s.key.node():
		d.wrongType(s)
	case s.key.optional:
		d.optional(s)
	default:
		d.shaped(s)
	}
}

// spend takes one value from the budget. The one that is too much is a problem, and those after it are not read: nothing
// is known then of what the file says as a whole.
func (d *decoder) spend(s slot) bool {
	if d.budget < 0 {
		return false
	}
	d.budget -= len(s.path) + 1
	if d.budget < 0 {
		d.unread[""] = true
		d.problems.Add(diag.Problem{Position: s.at, Message: "too large for a " + d.language.noun + " once its aliases are followed", Fix: "nest less, or use fewer aliases"})
	}
	return d.budget >= 0
}

// null accepts a section without keys, such as one whose keys are all commented out, and a written null that takes an
// inherited value away, but no key without a value.
func (d *decoder) null(s slot) {
	problem := diag.Problem{Message: "no value", Want: s.key.want(), Fix: "write one, or remove the key"}
	inherited, written := s.key.inherits && !s.target.IsZero(), s.node.Value != ""
	switch {
	case s.key.mayBeNull():
		return
	case inherited && written, d.layered && s.key.inherits && written:
		s.target.SetZero()
		return
	case s.key.inherits && written && (d.blamed(s.path) || s.heirOf != "" && d.blamed(s.heirOf)):
		return // nobody knows what there is to turn off
	case inherited:
		problem.Fix = "write one, or null to turn off what the defaults give"
	case s.key.inherits && written:
		problem.Fix = "remove the key: the defaults give nothing to turn off"
	}
	d.unreadable(s.path, s.at, problem)
}

func (d *decoder) wrongType(s slot) {
	problem := diag.Problem{Message: "wrong type", Found: found(s.node), Want: s.key.want()}
	if s.key.shape == list && s.node.Kind == yaml.ScalarNode {
		problem.Fix = fmt.Sprintf("write [%s]", clip(s.node.Value))
	}
	d.unreadable(s.path, s.at, problem)
}

// optional decodes into a pointer: into what it points to already, which was inherited, or into something new.
func (d *decoder) optional(s slot) {
	pointer, value := s.target, s.target
	if pointer.IsNil() {
		value = reflect.New(pointer.Type().Elem())
		s.key.fill(value.Elem())
	}
	s.target = value.Elem()
	d.shaped(s)
	if s.key.shape == section || !d.faulty[s.path] {
		pointer.Set(value)
	}
}

// shaped decodes a node that is of the kind which the key wants.
func (d *decoder) shaped(s slot) {
	switch s.key.shape {
	case single:
		d.single(s)
	case list:
		d.list(s)
	case section:
		d.section(s)
	case table:
		d.table(s)
	case anything:
		d.anything(s)
	}
}

func (d *decoder) section(s slot) {
	entries := d.entries(s)
	meant := d.unknown(s, entries)
	for _, c := range s.key.keys {
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == c.name })
		switch path := join(s.path, c.name); {
		case i >= 0 && c.refused:
			d.notAvailable(path, entries[i].keyAt)
		case i >= 0:
			d.value(slot{
				key: c, path: path, at: entries[i].at(d.file), node: entries[i].value,
				target: s.target.FieldByIndex(c.index), parent: s.target, heirOf: d.inherited(s.heirOf, c.name),
			})
		case c.required && !meant[c.name]:
			d.fault(path, s.at, diag.Problem{Message: "missing", Want: c.want(), Fix: "add " + c.name})
		}
	}
	if v, ok := reflect.TypeAssert[settler](s.target.Addr()); ok {
		v.settle(scope{decoder: d, path: s.path, heirOf: s.heirOf})
	}
}

// inherited is the path of the value that a key of a section starts from, where the section itself starts from one.
func (d *decoder) inherited(heirOf, name string) string {
	if heirOf == "" || !d.language.knows(join(heirOf, name)) {
		return ""
	}
	return join(heirOf, name)
}

func (d *decoder) list(s slot) {
	if len(s.node.Content) == 0 && !s.key.mayBeEmpty {
		d.unreadable(s.path, s.at, diag.Problem{Message: "empty list", Want: "at least one item", Fix: "add one, or remove the key"})
		return
	}
	items := reflect.MakeSlice(s.target.Type(), len(s.node.Content), len(s.node.Content))
	first := map[string]diag.Position{}
	for i, node := range s.node.Content {
		item := slot{key: s.key.item, path: fmt.Sprintf("%s[%d]", s.path, i), at: d.place(node), node: node, target: items.Index(i)}
		if item.key.shape == section {
			item.key.fill(item.target)
		}
		d.value(item)
		d.repeated(s.key, item, first)
	}
	s.target.Set(items)
}

// repeated finds the item of a list that says again what an item before it said. first holds where each was said.
func (d *decoder) repeated(k *key, item slot, first map[string]diag.Position) {
	path, value := item.path, item.target
	if item.key.shape == section && k.unique != "" {
		path, value = join(path, k.unique), value.FieldByIndex(item.key.child(k.unique).index)
	}
	at, written := d.written[path]
	if !written || d.faulty[path] {
		return
	}
	text := fmt.Sprint(value.Interface())
	if before, ok := first[text]; ok {
		said := text
		if value.Kind() == reflect.Struct {
			said = "" // it is more than a word
		}
		d.fault(path, at, diag.Problem{Message: "written twice", Found: said, Fix: fmt.Sprintf("remove it: the first is on line %d", before.Line)})
		return
	}
	first[text] = at
}

func (d *decoder) table(s slot) {
	entries := d.entries(s)
	s.target.Set(reflect.MakeMapWithSize(s.target.Type(), len(entries)))
	for _, e := range entries {
		path := join(s.path, e.name)
		if !s.key.form.accepts(e.name) {
			d.malformed(path, e.keyAt, s.key, e.name)
			continue
		}
		element, heirOf := reflect.New(s.target.Type().Elem()), ""
		s.key.item.fill(element.Elem())
		if h, ok := reflect.TypeAssert[heir](element); ok {
			h.inherit(s.parent.Addr().Interface())
			heirOf = join(parent(s.path), h.inheritsFrom())
		}
		d.value(slot{key: s.key.item, path: path, at: e.at(d.file), node: e.value, target: element.Elem(), heirOf: heirOf})
		s.target.SetMapIndex(reflect.ValueOf(e.name), element.Elem())
	}
}

// place is where a node stands in the file.
func (d *decoder) place(node *yaml.Node) diag.Position {
	return diag.Position{File: d.file, Line: node.Line, Col: node.Column}
}
