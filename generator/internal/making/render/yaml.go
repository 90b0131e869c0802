package render

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// yamlText is the value as YAML on one line, quoted where it needs to be: what templates of YAML print every value
// by. It may stand in a block or within { } and [ ].
func yamlText(value any) (string, error) {
	var node yaml.Node
	if err := node.Encode(value); err != nil {
		return "", err
	}
	inLine(&node)
	// A list of the one value is flow style throughout, in which more texts need quotes than in a block.
	list := yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{&node}}
	out, err := yaml.Dump(&list, yaml.WithLineWidth(-1))
	if err != nil {
		return "", err
	}
	text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(string(out)), "["), "]")
	if strings.Contains(text, "\n") {
		return "", fmt.Errorf("a %s that takes more than one line of YAML", reflect.TypeOf(value))
	}
	return escaped(text), nil
}

// inLine puts a node and all that it holds on one line, with quotes that allow escapes around what is not plain text.
func inLine(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode {
		if strings.ContainsFunc(node.Value, hidden) || strings.Contains(node.Value, "{{") {
			node.Style = yaml.DoubleQuotedStyle
		}
		return
	}
	node.Style = yaml.FlowStyle
	for _, inner := range node.Content {
		inLine(inner)
	}
}

// escaped writes what a reader would not see, or would see elsewhere, as an escape: it stands in double quotes. So
// does what begins an expression of Helm.
func escaped(text string) string {
	var out strings.Builder
	for _, r := range text {
		if hidden(r) {
			fmt.Fprintf(&out, `\U%08x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return strings.ReplaceAll(out.String(), "{{", `\x7b\x7b`)
}

// hidden reports whether a character has no shape of its own: it controls others, or is no character at all.
func hidden(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r)
}
