package policy

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// language is every key of a kind of file: of policies, or of systems.
type language struct {
	noun     string // what such a file is: "policy"
	root     *key
	reserved map[string]bool     // names that will be keys one day
	homes    map[string][]string // the sections that have an available key of a name
}

// describe reads the language off the Go types. It panics over a mistake in their tags, which every use would meet.
func describe(noun string, root reflect.Type, unavailable []string) *language {
	b := &describer{
		language: &language{noun: noun, reserved: map[string]bool{}, homes: map[string][]string{}},
		refused:  map[string]bool{},
		formats:  describedFormats(),
	}
	for _, row := range unavailable {
		b.refused[row] = true
	}
	b.language.root = &key{}
	b.shape(b.language.root, root, "")
	for row := range b.refused {
		if !strings.ContainsAny(row, ".=") && b.language.root.child(row) == nil {
			b.language.reserved[row] = true
		}
	}
	b.homes(b.language.root)
	return b.language
}

// describer builds a language.
type describer struct {
	language *language
	refused  map[string]bool
	formats  map[string]format
}

// key describes one Go field.
func (b *describer) key(f reflect.StructField, parent string) *key {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	k := &key{
		name:       name,
		doc:        f.Tag.Get("doc"),
		derived:    f.Tag.Get("derived"),
		example:    f.Tag.Get("example"),
		sample:     f.Tag.Get("sample"),
		unique:     f.Tag.Get("unique"),
		fallback:   f.Tag.Get("default"),
		index:      f.Index,
		apart:      f.Tag.Get("apart") == "true",
		required:   f.Tag.Get("required") == "true",
		mayBeEmpty: f.Tag.Get("empty") == "true",
	}
	k.path = join(parent, k.name)
	k.layer = k.path == layerPath
	k.inherits = inherits(f.Tag.Get("null"), parent)
	if k.refused = b.refused[k.path]; k.refused {
		return k // nobody asks what it holds
	}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		k.optional, t = true, t.Elem()
	}
	b.shape(k, t, f.Tag)
	k.initial = b.initial(k, t)
	return k
}

// layerPath is the key whose values are laid over those of another policy, see [Policy.Callee].
const layerPath = "dependencies[].resilience"

// inherits reports whether a key of a section starts from a value that null takes away: one of the defaults, or one of
// the callee's policy.
func inherits(null, parent string) bool {
	laid := strings.HasPrefix(parent, layerPath+".")
	return null == "off" && (laid || strings.HasSuffix(parent, ".*")) || null == "callee" && laid
}

// shape describes what stands under a key; tag is that of the field which the key or its list or table comes from.
func (b *describer) shape(k *key, t reflect.Type, tag reflect.StructTag) {
	if kind, ok := scalarOf(t); ok {
		k.shape, k.kind = single, kind
		b.single(k, t, tag)
		return
	}
	switch t.Kind() {
	case reflect.Interface:
		k.shape = anything
	case reflect.Slice:
		k.shape, k.item = list, &key{path: k.path + "[]"}
		b.shape(k.item, t.Elem(), tag)
	case reflect.Map:
		k.shape, k.item = table, &key{path: k.path + ".*"}
		b.form(k, tag.Get("keys"))
		b.shape(k.item, t.Elem(), tag)
	case reflect.Struct:
		k.shape = section
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() && !f.Anonymous {
				k.keys = append(k.keys, b.key(f, k.path))
			}
		}
	default:
		panic(fmt.Sprintf("%s: the language has no shape for %s", k.path, t))
	}
}

func (b *describer) single(k *key, t reflect.Type, tag reflect.StructTag) {
	if e, ok := reflect.TypeAssert[enumeration](reflect.Zero(t)); ok {
		for _, value := range e.values() {
			if b.refused[k.path+"="+value] {
				k.later = append(k.later, value)
			} else {
				k.enum = append(k.enum, value)
			}
		}
	} else if t.Kind() == reflect.String {
		b.form(k, tag.Get("format"))
	}
	if r, ok := tag.Lookup("range"); ok {
		limits, err := parseInterval(r, k.kind)
		if err == nil && t == reflect.TypeFor[Duration]() {
			limits, err = limits.bounded(cmp.Or(tag.Get("max"), longest), k.kind)
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", k.path, err))
		}
		k.limits = limits
	}
}

func (b *describer) form(k *key, name string) {
	form, ok := b.formats[name]
	if !ok {
		panic(fmt.Sprintf("%s: no format %q", k.path, name))
	}
	k.form = form
}

// initial reads the default of a key: a value, or [a, b] for a list.
func (b *describer) initial(k *key, t reflect.Type) reflect.Value {
	switch {
	case k.fallback == "":
		return reflect.Value{}
	case k.shape == list:
		values := reflect.Zero(t)
		for text := range strings.SplitSeq(strings.Trim(k.fallback, "[]"), ", ") {
			values = reflect.Append(values, b.parse(k.item, text, t.Elem()))
		}
		return values
	default:
		return b.parse(k, k.fallback, t)
	}
}

func (b *describer) parse(k *key, text string, t reflect.Type) reflect.Value {
	value, ok := k.kind.parse(text)
	if k.shape != single || !ok {
		panic(fmt.Sprintf("%s: bad default %q", k.path, text))
	}
	return reflect.ValueOf(value).Convert(t)
}

// homes notes in which sections each available name is at home.
func (b *describer) homes(k *key) {
	for _, c := range k.available() {
		if !slices.Contains(b.language.homes[c.name], k.path) {
			b.language.homes[c.name] = append(b.language.homes[c.name], k.path)
		}
		if !strings.HasPrefix(c.path, "dependencies[].") { // what a dependency has is at home elsewhere too
			b.homes(c)
		}
	}
	if k.item != nil {
		b.homes(k.item)
	}
}
