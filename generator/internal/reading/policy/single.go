package policy

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

// single decodes one value: its type first, then what the key says of it.
func (d *decoder) single(s slot) {
	k, text := s.key, s.node.Value
	value, ok := k.kind.parse(text)
	switch {
	case !k.kind.takes(s.node.ShortTag()):
		d.fault(s.path, s.at, diag.Problem{Message: "wrong type", Found: found(s.node), Want: k.want(), Fix: k.write(k.kind.mend(text))})
	case !ok:
		d.fault(s.path, s.at, diag.Problem{Message: "malformed", Found: clip(text), Want: k.want(), Fix: k.write(k.kind.mend(text))})
	case slices.Contains(k.later, text):
		d.notAvailableValue(s)
	case k.enum != nil && !slices.Contains(k.enum, text):
		d.fault(s.path, s.at, diag.Problem{Message: "no such value", Found: clip(text), Want: oneOf(k.enum), Fix: didYouMean(closest(text, k.enum))})
	case k.form.exists() && (!k.form.accepts(text) || slices.Contains(k.form.refused, text)):
		d.malformed(s.path, s.at, k, text)
	case k.limits != nil && !within(k.limits, value):
		d.fault(s.path, s.at, diag.Problem{Message: "out of range", Found: clip(text), Want: k.limits.String()})
	default:
		s.target.Set(reflect.ValueOf(value).Convert(s.target.Type()))
	}
}

func within(limits *interval, value any) bool {
	x, ok := measure(reflect.ValueOf(value))
	return ok && limits.contains(x)
}

// malformed reports a text that does not have the form of its key.
func (d *decoder) malformed(path string, at diag.Position, k *key, text string) {
	shown := text
	if k.form.shown != nil {
		shown = k.form.shown(text)
	}
	problem := diag.Problem{Message: "malformed", Found: clip(shown), Want: k.form.want}
	switch {
	case text == "":
		problem.Message = "empty"
	case slices.Contains(k.form.refused, text):
		problem.Message, problem.Want = "reserved", "any other name than "+oneOf(k.form.refused)
	case k.form.mend != nil:
		problem.Fix = k.write(k.form.mend(text))
	}
	d.fault(path, at, problem)
}

// write is the advice to write a guess, or empty when the key would not take it.
func (k *key) write(guess string) string {
	value, ok := any(guess), true
	if k.shape == single {
		value, ok = k.kind.parse(guess)
	}
	switch {
	case !ok || guess == "",
		k.enum != nil && !slices.Contains(k.enum, guess),
		k.form.exists() && !k.form.accepts(guess),
		k.limits != nil && !within(k.limits, value):
		return ""
	case k.shape == single && !k.kind.takes("!!str"):
		return "write " + guess
	default:
		return fmt.Sprintf("write %q", guess)
	}
}
