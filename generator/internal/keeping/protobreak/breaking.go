// Package protobreak compares the protos of a service with those that it was made from last, and finds the changes that
// break who calls it: on the wire, in JSON, or in Go. The rules are those of buf's categories WIRE and WIRE_JSON, by their
// names (https://buf.build/docs/breaking/rules), and beside them those of its category FILE that break Go code.
//
// Elements are matched by their full names, fields and enum values by their numbers, as on the wire.
package protobreak

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Change is one change that breaks callers.
type Change struct {
	Rules   []string                // of buf's that it breaks, sorted
	At      protoreflect.Descriptor // in the new protos: what has changed, or what is left around it; nil where nothing is
	File    string                  // name of the proto file
	Message string                  // what has changed, in words
	Breaks  string                  // what callers notice: "on the wire, in JSON and in Go"
	Keep    string                  // how to make the change without breaking anybody; may be empty
}

// Find compares two sets of protos. Was must be whole but for files that are imported alone; the error is about it.
func Find(was *descriptorpb.FileDescriptorSet, now []protoreflect.FileDescriptor) ([]Change, error) {
	files, err := protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(was)
	if err != nil {
		return nil, fmt.Errorf("the protos of the last run: %w", err)
	}
	c := &comparison{now: newIndex(now)}
	var old []protoreflect.FileDescriptor
	for _, file := range was.GetFile() { // in their order, so that the result has one
		if desc, err := files.FindFileByPath(file.GetName()); err == nil {
			old = append(old, desc)
		}
	}
	for _, file := range old {
		c.file(file)
	}
	return c.changes, nil
}

// comparison collects the changes.
type comparison struct {
	now     index
	changes []Change
}

// index is the new protos by full name.
type index struct {
	files    map[string]protoreflect.FileDescriptor
	elements map[protoreflect.FullName]protoreflect.Descriptor
}

func newIndex(files []protoreflect.FileDescriptor) index {
	i := index{map[string]protoreflect.FileDescriptor{}, map[protoreflect.FullName]protoreflect.Descriptor{}}
	for _, file := range files {
		i.files[file.Path()] = file
		for _, service := range all(file.Services()) {
			i.elements[service.FullName()] = service
		}
		i.types(file)
	}
	return i
}

// types adds the messages and enums in a file or a message.
func (i index) types(in container) {
	for _, enum := range all(in.Enums()) {
		i.elements[enum.FullName()] = enum
	}
	for _, message := range all(in.Messages()) {
		i.elements[message.FullName()] = message
		i.types(message)
	}
}

// container is what types are declared in.
type container interface {
	protoreflect.Descriptor
	Enums() protoreflect.EnumDescriptors
	Messages() protoreflect.MessageDescriptors
}

// list is what protoreflect has for every kind of element.
type list[T any] interface {
	Len() int
	Get(i int) T
}

func all[T any](elements list[T]) []T {
	out := make([]T, elements.Len())
	for i := range out {
		out[i] = elements.Get(i)
	}
	return out
}

// found is the new element of the same name and kind.
func found[T protoreflect.Descriptor](c *comparison, was T) (T, bool) {
	now, ok := c.now.elements[was.FullName()].(T)
	return now, ok
}

// around is the smallest new element that holds, or held, the old one.
func (c *comparison) around(was protoreflect.Descriptor) protoreflect.Descriptor {
	for parent := was.Parent(); parent != nil; parent = parent.Parent() {
		if file, ok := parent.(protoreflect.FileDescriptor); ok {
			if now, ok := c.now.files[file.Path()]; ok {
				return now
			}
			return nil
		}
		if now, ok := c.now.elements[parent.FullName()]; ok {
			return now
		}
	}
	return nil
}

// add is a change at an element of the new protos.
func (c *comparison) add(at protoreflect.Descriptor, rules []string, keep, format string, args ...any) {
	slices.Sort(rules)
	change := Change{Rules: rules, At: at, Message: fmt.Sprintf(format, args...), Breaks: consequences(rules), Keep: keep}
	if at != nil {
		change.File = at.ParentFile().Path()
	}
	c.changes = append(c.changes, change)
}

// gone is a change that took an element away.
func (c *comparison) gone(was protoreflect.Descriptor, rules []string, keep, format string, args ...any) {
	c.add(c.around(was), rules, keep, format, args...)
	c.changes[len(c.changes)-1].File = was.ParentFile().Path()
}

// consequences is what the callers notice, in words.
func consequences(rules []string) string {
	var wire, json bool
	for _, rule := range rules {
		wire = wire || slices.Contains(wireRules(), rule)
		json = json || slices.Contains(jsonRules(), rule)
	}
	switch {
	case wire:
		return "on the wire, in JSON and in Go"
	case json:
		return "in JSON and in Go"
	default:
		return "in Go"
	}
}

// wireRules are those that buf has in its category WIRE, and those by which a call finds nobody.
func wireRules() []string {
	return []string{
		"ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", "FIELD_SAME_DEFAULT", "FIELD_SAME_ONEOF",
		"FIELD_WIRE_COMPATIBLE_CARDINALITY", "FIELD_WIRE_COMPATIBLE_TYPE", "FILE_SAME_PACKAGE", "MESSAGE_SAME_REQUIRED_FIELDS",
		"RESERVED_ENUM_NO_DELETE", "RESERVED_MESSAGE_NO_DELETE", "RPC_NO_DELETE", "RPC_SAME_CLIENT_STREAMING", "RPC_SAME_IDEMPOTENCY_LEVEL",
		"RPC_SAME_REQUEST_TYPE", "RPC_SAME_RESPONSE_TYPE", "RPC_SAME_SERVER_STREAMING", "SERVICE_NO_DELETE",
	}
}

// jsonRules are those that WIRE_JSON has beside them.
func jsonRules() []string {
	return []string{
		"ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "ENUM_VALUE_SAME_NAME", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "FIELD_SAME_JSON_NAME",
		"FIELD_SAME_NAME", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
	}
}
