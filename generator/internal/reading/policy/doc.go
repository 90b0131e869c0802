// Package policy holds the policy language: the one YAML file that says how a service behaves.
//
// [Load] reads a file into a [Policy]: typed, defaulted and checked, with the position of whatever the user wrote
// and every fault of the file in one run. It knows nothing of protos; what needs both is checked where both are known.
//
// The language is the Go types of this package. Each key's metadata stands once, in the tags of its struct field, and
// decoding, defaults, checks, [Schema], [Reference] and [Starter] all read it there:
//
//	yaml      the key's name
//	doc       what it is for: one line, whole sentences
//	default   its value when nobody writes it, as YAML (scalars and lists of scalars)
//	derived   in words, a default that follows from something else
//	example   a value to show where the default does not serve, as YAML
//	apart     "true": its example contradicts those of its neighbours
//	range     numbers, durations and sizes: "1..65535", ">0", ">=1s"
//	max       durations: the longest, where that is not 24h
//	format    texts, and the texts of lists and tables: a name in formats, such as "label"
//	required  "true": must be written when its section is
//	null      "off": in a method, null turns off what the defaults give
//	empty     "true": an empty list has a meaning here
//	unique    lists of sections: the key whose value no two items share; without it no two are alike
//	keys      tables: the format of their keys
//	sample    tables: a key to show
//
// Types say the rest: a named string with a values method is an enumeration, a pointer to a struct is a feature that is
// off until it is written, and a settle method checks the keys of a section against each other.
//
// Keys that no part of msgen acts on yet are rows of one table, [unavailable]. They are refused where they are written,
// and appear in nothing that this package prints.
package policy
