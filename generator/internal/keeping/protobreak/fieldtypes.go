package protobreak

import (
	"google.golang.org/protobuf/reflect/protoreflect"
)

// fieldType compares what a field holds and how many of it.
func (c *comparison) fieldType(was, now protoreflect.FieldDescriptor) {
	const another = "add a field with a number of its own"
	if a, b := cardinality(was), cardinality(now); a != b {
		rules := []string{"FIELD_SAME_CARDINALITY"}
		if many(was) != many(now) || required(was) != required(now) {
			rules = append(rules, "FIELD_WIRE_COMPATIBLE_CARDINALITY")
		}
		if many(was) != many(now) || required(was) != required(now) || was.IsMap() != now.IsMap() {
			rules = append(rules, "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY")
		}
		if required(was) != required(now) {
			rules = append(rules, "MESSAGE_SAME_REQUIRED_FIELDS")
		}
		c.add(now, rules, another, "%s was %s and is %s", now.FullName(), a, b)
	}
	if was.IsMap() && now.IsMap() {
		c.fieldType(was.MapKey(), now.MapKey())
		c.fieldType(was.MapValue(), now.MapValue())
		return
	}
	a, b := typeName(was), typeName(now)
	if a == b {
		return
	}
	rules := []string{"FIELD_SAME_TYPE"}
	if !wireCompatible(was, now) {
		rules = append(rules, "FIELD_WIRE_COMPATIBLE_TYPE")
	}
	if !jsonCompatible(was, now) {
		rules = append(rules, "FIELD_WIRE_JSON_COMPATIBLE_TYPE")
	}
	c.add(now, rules, another, "the type of %s was %s and is %s", now.FullName(), a, b)
}

func required(field protoreflect.FieldDescriptor) bool {
	return field.Cardinality() == protoreflect.Required
}

func many(field protoreflect.FieldDescriptor) bool {
	return field.Cardinality() == protoreflect.Repeated
}

func cardinality(field protoreflect.FieldDescriptor) string {
	switch {
	case field.IsMap():
		return "a map"
	case many(field):
		return "repeated"
	case required(field):
		return "required"
	case field.HasPresence() && field.Message() == nil && oneof(field) == "in no oneof":
		return "optional"
	default:
		return "singular"
	}
}

// typeName is the type as a proto writes it.
func typeName(field protoreflect.FieldDescriptor) string {
	switch {
	case field.Message() != nil:
		return string(field.Message().FullName())
	case field.Enum() != nil:
		return string(field.Enum().FullName())
	default:
		return field.Kind().String()
	}
}

// wireCompatible follows https://protobuf.dev/programming-guides/proto3/#updating.
func wireCompatible(was, now protoreflect.FieldDescriptor) bool {
	if was.Kind() == protoreflect.StringKind && now.Kind() == protoreflect.BytesKind {
		return true
	}
	return sameGroup(was, now, map[protoreflect.Kind]int{
		protoreflect.Int32Kind: 1, protoreflect.Uint32Kind: 1, protoreflect.Int64Kind: 1, protoreflect.Uint64Kind: 1, protoreflect.BoolKind: 1,
		protoreflect.Sint32Kind: 2, protoreflect.Sint64Kind: 2,
		protoreflect.Fixed32Kind: 3, protoreflect.Sfixed32Kind: 3,
		protoreflect.Fixed64Kind: 4, protoreflect.Sfixed64Kind: 4,
	})
}

// jsonCompatible is narrower: JSON writes 64 bits as a string, and bool as a word.
func jsonCompatible(was, now protoreflect.FieldDescriptor) bool {
	return sameGroup(was, now, map[protoreflect.Kind]int{
		protoreflect.Int32Kind: 1, protoreflect.Uint32Kind: 1,
		protoreflect.Int64Kind: 2, protoreflect.Uint64Kind: 2,
		protoreflect.Fixed32Kind: 3, protoreflect.Sfixed32Kind: 3,
		protoreflect.Fixed64Kind: 4, protoreflect.Sfixed64Kind: 4,
	})
}

// sameGroup reports whether two types are of one group; an enum may become another that has all of its values.
func sameGroup(was, now protoreflect.FieldDescriptor, groups map[protoreflect.Kind]int) bool {
	if was.Enum() != nil && now.Enum() != nil {
		return subset(was.Enum(), now.Enum())
	}
	group, ok := groups[was.Kind()]
	return ok && groups[now.Kind()] == group
}

func subset(was, now protoreflect.EnumDescriptor) bool {
	if was.Name() != now.Name() {
		return false
	}
	for _, value := range all(was.Values()) {
		other := now.Values().ByNumber(value.Number())
		if other == nil || other.Name() != value.Name() {
			return false
		}
	}
	return true
}
