package policy

import (
	_ "embed"
	"fmt"
	"strings"
)

// referenceHead is the part of the reference that no key says.
//
//go:embed reference.md
var referenceHead string

// Reference returns the reference page of the policy language in Markdown: each key with its type, its default, what is
// allowed and what it is for, and an example of each section.
func Reference() []byte { return released().reference() }

func (l *language) reference() []byte {
	var w strings.Builder
	w.WriteString(referenceHead)
	var loose []*key
	for _, k := range l.root.available() {
		if k.shape == single {
			loose = append(loose, k)
		}
	}
	w.WriteString("\n## The top level\n\n")
	writeTable(&w, loose)
	writeExample(&w, loose)
	for _, k := range l.root.available() {
		if k.shape != single {
			fmt.Fprintf(&w, "\n## %s\n\n", k.path)
			k.reference(&w)
			writeExample(&w, []*key{k})
		}
	}
	return []byte(w.String())
}

// reference writes what a key is for and what it holds, and then each section in it under a heading of its own, but for
// those that it inherits: they are where they are inherited from.
func (k *key) reference(w *strings.Builder) {
	w.WriteString(k.doc)
	if k.optional {
		w.WriteString(" Off unless it is written.")
	}
	w.WriteString("\n\n")
	holder := k
	for holder.item != nil {
		holder = holder.item
	}
	writeTable(w, holder.available())
	for _, c := range holder.available() {
		if c.holds() && !c.inherits {
			fmt.Fprintf(w, "\n### %s\n\n", c.path)
			c.reference(w)
		}
	}
}

// holds reports whether a key leads to keys of its own.
func (k *key) holds() bool {
	return k.shape == section || k.item != nil && k.item.holds()
}

func writeTable(w *strings.Builder, keys []*key) {
	w.WriteString("| key | type | default | allowed | what it is for |\n|---|---|---|---|---|\n")
	for _, k := range keys {
		purpose := k.doc
		if k.example != "" {
			purpose += " Example: `" + k.example + "`."
		}
		cells := []string{"`" + k.name + "`", k.typeName(), k.defaultText(), k.allowed(), purpose}
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
}

func (k *key) typeName() string {
	switch k.shape {
	case single:
		return k.kind.name
	case list:
		if k.item.shape == section {
			return "list of sections"
		}
		return "list of " + k.item.typeName()
	case table:
		return "table"
	case section:
		return "section"
	default:
		return "any"
	}
}

func (k *key) defaultText() string {
	switch {
	case k.required:
		return "required"
	case k.inherits:
		return "that of the defaults"
	case k.derived != "":
		return k.derived
	case k.fallback != "":
		return "`" + k.fallback + "`"
	case k.optional:
		return "off"
	case k.shape == section || k.shape == table:
		return ""
	default:
		return "none"
	}
}

func writeExample(w *strings.Builder, keys []*key) {
	w.WriteString("\n```yaml\n")
	for _, k := range keys {
		for _, line := range k.showLines() {
			w.WriteString(line + "\n")
		}
	}
	w.WriteString("```\n")
}
