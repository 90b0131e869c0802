package policy

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// SchemaName is the file next to a policy in which its first line has editors look for the schema.
const SchemaName = "policy.schema.json"

// Starter returns a policy for a new service, whose name must be a valid one, in a Go module, or in the default one where that is
// empty. It sets the version and the name, and shows every other key at its default, commented out: a # right before a key is
// such a mark, and with it goes what is indented below the key. A # and a space begin prose. A block is valid YAML whether its
// marks are removed alone, or, as editors do, with one space after them where there is one.
func Starter(service, module string) []byte { return released().starter(started{service, module}) }

// started is what a starter says of its service.
type started struct{ service, module string }

func (l *language) starter(of started) []byte {
	var w strings.Builder
	w.WriteString("# yaml-language-server: $schema=" + SchemaName + "\n" +
		"# The policy of this service: how it behaves, in one place. Every key is optional.\n" +
		"# Each is shown at its default: to change one, remove the # right before it, and those below what belongs to it.\n")
	for _, k := range l.root.available() {
		w.WriteString("\n")
		k.starter(&w, "", of)
	}
	return []byte(w.String())
}

func (k *key) starter(w *strings.Builder, margin string, of started) {
	comment := k.doc
	if allowed := k.allowed(); allowed != "" {
		comment += " [" + allowed + "]"
	}
	fmt.Fprintf(w, "%s# %s\n", margin, comment)
	switch {
	case k.path == "version":
		fmt.Fprintf(w, "%s%s: %s\n", margin, k.name, k.fallback)
	case k.path == "service.name":
		fmt.Fprintf(w, "%s%s: %s\n", margin, k.name, yamlText(of.service))
	case k.path == "service.module" && of.module != "":
		fmt.Fprintf(w, "%s%s: %s\n", margin, k.name, yamlText(of.module))
	case k.shape == section && !k.optional:
		fmt.Fprintf(w, "%s%s:\n", margin, k.name)
		for _, c := range k.available() {
			c.starter(w, margin+"  ", of)
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
		fmt.Fprintf(w, "%s#%s\n", margin, line)
	}
}

// yamlText is a text as YAML, in quotes where it needs them.
func yamlText(text string) string {
	out, _ := yaml.Dump(text) // a string always has a YAML
	return strings.TrimSpace(string(out))
}
