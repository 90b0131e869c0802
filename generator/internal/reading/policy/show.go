package policy

import "strings"

// showLines is the key with a value to show, as lines of YAML: its example, else its default, else those of what it holds.
func (k *key) showLines() []string {
	value := k.example
	if value == "" {
		value = k.fallback
	}
	if value != "" {
		return []string{k.name + ": " + value}
	}
	return append([]string{k.name + ":"}, indent(k.heldLines())...)
}

// heldLines is what a key without an example of its own holds.
func (k *key) heldLines() []string {
	var lines []string
	switch k.shape {
	case section:
		for _, c := range k.available() {
			if !c.apart && !c.inherits {
				lines = append(lines, c.showLines()...)
			}
		}
	case list:
		lines = indent(k.item.heldLines())
		if len(lines) > 0 {
			lines[0] = "- " + strings.TrimPrefix(lines[0], "  ")
		}
	case table:
		lines = append([]string{k.sample + ":"}, indent(k.item.heldLines())...)
	case single, anything: // they hold nothing, and metadata tests see to it that they have something to show
	}
	return lines
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = "  " + line
	}
	return out
}

// allowed says in words which values a key may have, or is empty when its type says it all.
func (k *key) allowed() string {
	switch {
	case k.item != nil && k.shape == list:
		return k.item.allowed()
	case k.shape == table:
		return k.form.want
	case k.enum != nil:
		return oneOf(k.enum)
	case k.limits != nil:
		return k.limits.String()
	default:
		return k.form.want
	}
}
