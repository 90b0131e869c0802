package protobreak

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
)

func (c *comparison) enum(was, now protoreflect.EnumDescriptor) {
	if was.IsClosed() != now.IsClosed() {
		c.add(now, []string{"ENUM_SAME_TYPE"}, "", "%s was %s and is %s", now.FullName(), openness(was), openness(now))
	}
	done := map[protoreflect.EnumNumber]bool{}
	for _, value := range all(was.Values()) {
		if !done[value.Number()] {
			done[value.Number()] = true
			c.enumValue(value, now)
		}
	}
	if !coversEnum(now.ReservedRanges(), was.ReservedRanges()) || !names(now.ReservedNames(), was.ReservedNames()) {
		c.add(now, []string{"RESERVED_ENUM_NO_DELETE"}, "", "%s reserves less than it did", now.FullName())
	}
}

func openness(enum protoreflect.EnumDescriptor) string {
	if enum.IsClosed() {
		return "closed"
	}
	return "open"
}

// enumValue compares the names of a number: there are several where the enum allows aliases.
func (c *comparison) enumValue(was protoreflect.EnumValueDescriptor, now protoreflect.EnumDescriptor) {
	old, names := namesOf(was.Parent().(protoreflect.EnumDescriptor), was.Number()), namesOf(now, was.Number())
	if len(names) == 0 {
		rules := []string{"ENUM_VALUE_NO_DELETE"}
		if !now.ReservedRanges().Has(was.Number()) {
			rules = append(rules, "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED")
		}
		if !now.ReservedNames().Has(was.Name()) {
			rules = append(rules, "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED")
		}
		c.add(now, rules, "mark it deprecated; or reserve its number and its name", "the value %s of %s with the number %d is gone", was.Name(), now.FullName(), was.Number())
		return
	}
	if lost := slices.DeleteFunc(old, func(name protoreflect.Name) bool { return slices.Contains(names, name) }); len(lost) > 0 {
		c.add(now.Values().ByNumber(was.Number()), []string{"ENUM_VALUE_SAME_NAME"}, "allow aliases, and keep the old name as one",
			"the value of %s with the number %d was %s and is %s", now.FullName(), was.Number(), lost[0], names[0])
	}
}

func namesOf(enum protoreflect.EnumDescriptor, number protoreflect.EnumNumber) []protoreflect.Name {
	var out []protoreflect.Name
	for _, value := range all(enum.Values()) {
		if value.Number() == number {
			out = append(out, value.Name())
		}
	}
	return out
}

// coversEnum is covers for the ranges of enums, whose ends are part of them.
func coversEnum(now, was protoreflect.EnumRanges) bool {
	for i := range was.Len() {
		span := was.Get(i)
		for n := int64(span[0]); n <= int64(span[1]); n++ {
			r := slices.IndexFunc(all[[2]protoreflect.EnumNumber](now), func(r [2]protoreflect.EnumNumber) bool { return int64(r[0]) <= n && n <= int64(r[1]) })
			if r < 0 {
				return false
			}
			n = int64(now.Get(r)[1])
		}
	}
	return true
}
