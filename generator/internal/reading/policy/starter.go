package policy

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Starter returns a policy for a new service, whose name must be a valid one. It sets the version and the name, and
// shows every other key at its default, commented out: a # right before a key is such a mark, a # and a space begin
// prose. Keys without a default are shown in prose, because writing them would turn something on.
func Starter(service string) []byte { return released().starter(service) }

func (l *language) starter(service string) []byte {
	var w strings.Builder
	w.WriteString("# The policy of this service: how it behaves, in one place. Every key is optional.\n" +
		"# Each is shown at its default: to change one, remove the # right before it.\n")
	for _, k := range l.root.available() {
		w.WriteString("\n")
		k.starter(&w, "", service)
	}
	return []byte(w.String())
}

func (k *key) starter(w *strings.Builder, margin, service string) {
	comment := k.doc
	if allowed := k.allowed(); allowed != "" {
		comment += " [" + allowed + "]"
	}
	fmt.Fprintf(w, "%s# %s\n", margin, comment)
	switch {
	case k.path == "version":
		fmt.Fprintf(w, "%s%s: %s\n", margin, k.name, k.fallback)
	case k.path == "service.name":
		fmt.Fprintf(w, "%s%s: %s\n", margin, k.name, yamlText(service))
	case k.shape == section && !k.optional:
		fmt.Fprintf(w, "%s%s:\n", margin, k.name)
		for _, c := range k.available() {
			c.starter(w, margin+"  ", service)
		}
	case k.fallback != "":
		fmt.Fprintf(w, "%s#%s: %s\n", margin, k.name, k.fallback)
	default:
		k.starterExample(w, margin)
	}
}

// starterExample shows a key that has no default, and that would do something if it were written.
func (k *key) starterExample(w *strings.Builder, margin string) {
	unless := "Not set by default"
	if k.derived != "" {
		unless = "Default: " + k.derived
	}
	fmt.Fprintf(w, "%s# %s. For example:\n", margin, unless)
	for _, line := range k.showLines() {
		fmt.Fprintf(w, "%s#   %s\n", margin, line)
	}
}

// yamlText is a text as YAML, in quotes where it needs them.
func yamlText(text string) string {
	out, _ := yaml.Dump(text) // a string always has a YAML
	return strings.TrimSpace(string(out))
}
