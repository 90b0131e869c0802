package protoload

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// definition is a type or an extension that a proto can refer to.
type definition struct {
	name protoreflect.FullName
	kind definitionKind
	file string
}

type definitionKind int

const (
	messageKind definitionKind = iota
	enumKind
	extensionKind
)

// mendName says what an unknown name probably means: what is the noun that the compiler uses for it, and resolved the
// undefined name that protobuf's scoping rules have made of it, if they have.
func (m *mender) mendName(u *unit, p diag.Problem, what, written, resolved string) diag.Problem {
	p.Found = written
	meant, ok := m.meant(u, what, strings.TrimPrefix(written, "."))
	if !ok {
		p.Fix = m.otherVersion(u, strings.TrimPrefix(written, "."))
		return p
	}
	reference := meant.from(u)
	if resolved != "" || strings.HasPrefix(written, ".") {
		reference = "." + string(meant.name) // the one form that no scope can change
	}
	switch {
	case u.sees()[meant.file]:
		p.Fix = fmt.Sprintf("did you mean %q?", reference)
	case reference == written:
		p.Fix = fmt.Sprintf("add import %q", meant.file)
	default:
		p.Fix = fmt.Sprintf("did you mean %q? It needs import %q", reference, meant.file)
	}
	return p
}

// otherVersion is the advice where a name of a file that msgen has in itself is unknown, as u may be written for another version of
// that file: the user's own copy wins. It is empty where u imports no such file of the package, or the package is one of the user's.
func (m *mender) otherVersion(u *unit, name string) string {
	var files []string
	for _, file := range slices.Sorted(maps.Keys(u.sees())) {
		if fd := m.graph.units[file].builtin; fd != nil && strings.HasPrefix(name, string(fd.Package())+".") && !m.ownPackage(name, len(fd.Package())) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return ""
	}
	return fmt.Sprintf("msgen has a version of its own of %s: to use yours, %s", strings.Join(files, ", "), m.graph.oneFolderMore())
}

// ownPackage reports whether a name is one in a package of the user's whose own name is longer than a number of bytes.
func (m *mender) ownPackage(name string, longer int) bool {
	return slices.ContainsFunc(m.graph.found, func(u *unit) bool {
		if u.builtin != nil || u.parsed == nil {
			return false
		}
		pkg := u.parsed.FileDescriptorProto().GetPackage()
		return len(pkg) > longer && strings.HasPrefix(name, pkg+".")
	})
}

// meant is the definition that is nearest to what was written in u: of those whose last part is the same, and of those
// that u sees and whose last part is nearest.
func (m *mender) meant(u *unit, what, written string) (definition, bool) {
	visible := u.sees()
	last := string(protoreflect.FullName(written).Name())
	var fitting []definition
	var seen []string
	for _, d := range m.definitions() {
		if d.fits(what) {
			fitting = append(fitting, d)
			if visible[d.file] {
				seen = append(seen, string(d.name.Name()))
			}
		}
	}
	near, _ := nearest.Of(last, seen)
	candidates := slices.DeleteFunc(fitting, func(d definition) bool {
		name := string(d.name.Name())
		return name != last && (name != near || !visible[d.file])
	})
	if len(candidates) == 0 {
		return definition{}, false
	}
	// What is written in full but not imported comes first, then what u sees.
	rank := func(d definition) int {
		switch {
		case d.distance(u, written) == 0:
			return 0
		case visible[d.file]:
			return 1
		default:
			return 2
		}
	}
	return slices.MinFunc(candidates, func(a, b definition) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.distance(u, written), b.distance(u, written)), cmp.Compare(a.name, b.name))
	}), true
}

// distance is how far what was written in u is from the name of the definition, in full or as u would write it.
func (d definition) distance(u *unit, written string) int {
	return min(nearest.Distance(written, d.from(u)), nearest.Distance(written, string(d.name)))
}

// fits reports whether the definition is what the compiler calls so.
func (d definition) fits(what string) bool {
	switch what {
	case "extension":
		return d.kind == extensionKind
	case "type":
		return d.kind != extensionKind
	default: // a request, a response, an extendee
		return d.kind == messageKind
	}
}

// from is how the file refers to the definition: without the package if it is its own.
func (d definition) from(u *unit) string {
	if u.parsed == nil {
		return string(d.name)
	}
	return strings.TrimPrefix(string(d.name), u.parsed.FileDescriptorProto().GetPackage()+".")
}

// sees are the names of the files whose definitions u may refer to: its own, its imports, and what these import
// publicly.
func (u *unit) sees() map[string]bool {
	visible := map[string]bool{u.name: true}
	var addPublic func(*unit)
	addPublic = func(from *unit) {
		for _, imp := range from.imports {
			if imp.unit != nil && (imp.public || from == u) && !visible[imp.name] {
				visible[imp.name] = true
				addPublic(imp.unit)
			}
		}
	}
	addPublic(u)
	return visible
}

// definitions are all that the loaded files and the files that msgen has in itself define.
func (m *mender) definitions() []definition {
	if m.known != nil {
		return m.known
	}
	for _, u := range m.graph.found {
		if u.file != nil {
			m.define(u.file)
		}
	}
	for _, fd := range m.graph.own.all() {
		if _, loaded := m.graph.units[fd.Path()]; !loaded {
			m.define(fd)
		}
	}
	return m.known
}

func (m *mender) define(fd protoreflect.FileDescriptor) {
	add := func(kind definitionKind, d protoreflect.Descriptor) {
		m.known = append(m.known, definition{name: d.FullName(), kind: kind, file: fd.Path()})
	}
	type scope interface {
		Messages() protoreflect.MessageDescriptors
		Enums() protoreflect.EnumDescriptors
		Extensions() protoreflect.ExtensionDescriptors
	}
	var define func(scope)
	define = func(s scope) {
		for i := range s.Enums().Len() {
			add(enumKind, s.Enums().Get(i))
		}
		for i := range s.Extensions().Len() {
			add(extensionKind, s.Extensions().Get(i))
		}
		for i := range s.Messages().Len() {
			if !s.Messages().Get(i).IsMapEntry() {
				add(messageKind, s.Messages().Get(i))
				define(s.Messages().Get(i))
			}
		}
	}
	define(fd)
}

// fieldsOf are the names of the fields of a message.
func (m *mender) fieldsOf(name string) []string {
	var names []string
	if md, ok := m.find(name).(protoreflect.MessageDescriptor); ok {
		for i := range md.Fields().Len() {
			names = append(names, string(md.Fields().Get(i).Name()))
		}
	}
	return names
}

// keysOf are the names of all fields that the value of an extension can have, at any depth.
func (m *mender) keysOf(extension string) []string {
	var names []string
	seen := map[protoreflect.FullName]bool{}
	var add func(protoreflect.Descriptor)
	add = func(d protoreflect.Descriptor) {
		field, ok := d.(protoreflect.FieldDescriptor)
		if !ok || field.Message() == nil || seen[field.Message().FullName()] {
			return
		}
		seen[field.Message().FullName()] = true
		for i := range field.Message().Fields().Len() {
			inner := field.Message().Fields().Get(i)
			names = append(names, string(inner.Name()))
			add(inner)
		}
	}
	add(m.find(extension))
	return names
}

// valuesOf are the names of the values of an enum.
func (m *mender) valuesOf(name string) []string {
	var names []string
	if ed, ok := m.find(name).(protoreflect.EnumDescriptor); ok {
		for i := range ed.Values().Len() {
			names = append(names, string(ed.Values().Get(i).Name()))
		}
	}
	return names
}

// find returns what has that full name, or nil. The options that protobuf itself defines are known to every file,
// loaded or not.
func (m *mender) find(name string) protoreflect.Descriptor {
	for _, u := range m.graph.found {
		if u.file != nil {
			if d := u.file.FindDescriptorByName(protoreflect.FullName(name)); d != nil {
				return d
			}
		}
	}
	d, _ := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	return d
}
