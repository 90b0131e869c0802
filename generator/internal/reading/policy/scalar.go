package policy

import (
	"reflect"
	"strconv"
	"strings"
)

// scalar is a kind of single value.
type scalar struct {
	name    string   // in the reference: "duration"
	want    string   // in problems: `a duration such as "5s"`
	tags    string   // the YAML tags that it may have, each between spaces
	json    []string // the JSON types that it may have
	pattern string   // of its text, for the schema
	parse   func(text string) (any, bool)
	mend    func(text string) string // guesses what was meant; what it returns may be wrong too
}

// scalarOf returns the kind of a Go type, or false when the type holds more than a single value.
func scalarOf(t reflect.Type) (scalar, bool) {
	switch reflect.Zero(t).Interface().(type) {
	case Duration:
		return scalar{
			name: "duration", want: `a duration such as "5s" or "300ms"`, tags: " !!str ", json: []string{"string"},
			pattern: `^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$`,
			parse:   erase(parseDuration), mend: mendDuration,
		}, true
	case Bytes:
		return scalar{
			name: "size", want: `a size such as "4MiB", or a number of bytes`, tags: " !!str !!int ", json: []string{"string", "integer"},
			pattern: `^(0|[1-9][0-9]*)([KMG]iB)?$`, parse: erase(parseBytes), mend: mendBytes,
		}, true
	case Quantity:
		return scalar{
			name: "quantity", want: "a quantity", tags: " !!str !!int !!float ", json: []string{"string", "number"},
			parse: erase(parseText), mend: same,
		}, true
	}
	return basicScalar(t.Kind())
}

func basicScalar(kind reflect.Kind) (scalar, bool) {
	switch kind {
	case reflect.Bool:
		return scalar{name: "true or false", want: "true or false", tags: " !!bool ", json: []string{"boolean"}, parse: erase(parseBool), mend: mendBool}, true
	case reflect.Int:
		return scalar{name: "whole number", want: "a whole number", tags: " !!int ", json: []string{"integer"}, parse: erase(parseInt), mend: mendInt}, true
	case reflect.Float64:
		return scalar{name: "number", want: "a number", tags: " !!int !!float ", json: []string{"number"}, parse: erase(parseFloat), mend: same}, true
	case reflect.String:
		return scalar{name: "text", want: "text", tags: " !!str ", json: []string{"string"}, parse: erase(parseText), mend: same}, true
	default:
		return scalar{}, false
	}
}

// takes reports whether a plain YAML value with a tag can be of this kind at all.
func (s scalar) takes(tag string) bool { return strings.Contains(s.tags, " "+tag+" ") }

// erase makes parsers of any type parsers of one type.
func erase[T any](parse func(string) (T, bool)) func(string) (any, bool) {
	return func(text string) (any, bool) { return parse(text) }
}

func parseBool(text string) (bool, bool) { return text == "true", text == "true" || text == "false" }

func mendBool(text string) string {
	switch strings.ToLower(text) {
	case "yes", "on", "y", "true", "1":
		return "true"
	case "no", "off", "n", "false", "0":
		return "false"
	}
	return ""
}

// parseInt reads decimal numbers only: YAML takes 010 for eight and 1_000 for a thousand, and people do not agree.
func parseInt(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && strconv.Itoa(n) == text
}

func mendInt(text string) string {
	n, err := strconv.Atoi(strings.ReplaceAll(strings.ReplaceAll(text, "_", ""), " ", ""))
	if err != nil {
		return ""
	}
	return strconv.Itoa(n)
}

// parseFloat reads decimal numbers only, as parseInt does.
func parseFloat(text string) (float64, bool) {
	digits := strings.TrimPrefix(text, "-")
	if strings.Trim(digits, "0123456789.eE+-") != "" || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

func parseText(text string) (string, bool) { return text, true }

// same guesses that the text was right, and only its quotes wrong.
func same(text string) string { return text }

// measure is the value on the scale on which ranges are written: nanoseconds, bytes, or the number itself. It is
// false for what has no size.
func measure(v reflect.Value) (float64, bool) {
	switch {
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanFloat():
		return v.Float(), true
	default:
		return 0, false
	}
}
