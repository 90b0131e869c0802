package protobreak

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
)

func (c *comparison) message(was, now protoreflect.MessageDescriptor) {
	for _, field := range all(was.Fields()) {
		if other := now.Fields().ByNumber(field.Number()); other != nil {
			c.field(field, other)
		} else {
			c.fieldGone(field, now)
		}
	}
	for _, field := range all(now.Fields()) {
		if required(field) && was.Fields().ByNumber(field.Number()) == nil {
			c.add(field, []string{"MESSAGE_SAME_REQUIRED_FIELDS"}, "make it optional", "the required field %s is new", field.FullName())
		}
	}
	if !covers(now.ReservedRanges(), was.ReservedRanges()) || !names(now.ReservedNames(), was.ReservedNames()) {
		c.add(now, []string{"RESERVED_MESSAGE_NO_DELETE"}, "", "%s reserves less than it did", now.FullName())
	}
}

func (c *comparison) fieldGone(was protoreflect.FieldDescriptor, now protoreflect.MessageDescriptor) {
	rules := []string{"FIELD_NO_DELETE"}
	if !now.ReservedRanges().Has(was.Number()) {
		rules = append(rules, "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED")
	}
	if !now.ReservedNames().Has(was.Name()) {
		rules = append(rules, "FIELD_NO_DELETE_UNLESS_NAME_RESERVED")
	}
	if required(was) {
		rules = append(rules, "MESSAGE_SAME_REQUIRED_FIELDS")
	}
	c.gone(was, rules, "mark it deprecated; or reserve its number and its name", "the field %s with the number %d is gone", was.FullName(), was.Number())
}

func (c *comparison) field(was, now protoreflect.FieldDescriptor) {
	if was.Name() != now.Name() {
		rules := []string{"FIELD_SAME_NAME"}
		if was.JSONName() != now.JSONName() {
			rules = append(rules, "FIELD_SAME_JSON_NAME")
		}
		c.add(now, rules, "keep the name, or add a field with a number of its own",
			"the field with the number %d was %s and is %s", now.Number(), was.FullName(), now.FullName())
	} else if was.JSONName() != now.JSONName() {
		c.add(now, []string{"FIELD_SAME_JSON_NAME"}, "", "the JSON name of %s was %s and is %s", now.FullName(), was.JSONName(), now.JSONName())
	}
	c.fieldType(was, now)
	if a, b := oneof(was), oneof(now); a != b {
		c.add(now, []string{"FIELD_SAME_ONEOF"}, "", "%s was %s and is %s", now.FullName(), a, b)
	}
	if !was.Default().Equal(now.Default()) && was.Kind() == now.Kind() && !was.IsList() && !now.IsList() && was.Kind() != protoreflect.EnumKind {
		c.add(now, []string{"FIELD_SAME_DEFAULT"}, "", "the default of %s was %v and is %v", now.FullName(), was.Default(), now.Default())
	}
}

// oneof is where a field stands, in words; the oneof that proto3 makes of an optional field is none.
func oneof(field protoreflect.FieldDescriptor) string {
	if in := field.ContainingOneof(); in != nil && !in.IsSynthetic() {
		return "in the oneof " + string(in.Name())
	}
	return "in no oneof"
}

// covers reports whether the new ranges hold all that the old ones do.
func covers(now, was protoreflect.FieldRanges) bool {
	for i := range was.Len() {
		span := was.Get(i)
		for n := span[0]; n < span[1]; n++ {
			r := slices.IndexFunc(all[[2]protoreflect.FieldNumber](now), func(r [2]protoreflect.FieldNumber) bool { return r[0] <= n && n < r[1] })
			if r < 0 {
				return false
			}
			n = now.Get(r)[1] - 1
		}
	}
	return true
}

func names(now, was protoreflect.Names) bool {
	return !slices.ContainsFunc(all[protoreflect.Name](was), func(name protoreflect.Name) bool { return !now.Has(name) })
}
