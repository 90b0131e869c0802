package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/invopop/jsonschema"
)

// Schema returns the JSON Schema (draft 2020-12) of the policy language, for editors. It knows each key and value by
// itself; what only [Load] sees is how keys depend on each other, and the range of durations and sizes with a unit.
func Schema() ([]byte, error) { return released().schema() }

// SystemSchema is the [Schema] of system files.
func SystemSchema() ([]byte, error) { return systems().schema() }

func (l *language) schema() ([]byte, error) {
	root := l.root.schema()
	root.Version = jsonschema.Version
	root.Title = "msgen " + l.noun + " " + string(V1)
	return indented(root)
}

func indented(s *jsonschema.Schema) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	return out.Bytes(), nil
}

func (k *key) schema() *jsonschema.Schema {
	s := &jsonschema.Schema{Description: k.description()}
	switch k.shape {
	case single:
		k.singleSchema(s)
	case list:
		s.Type, s.Items, s.UniqueItems = "array", k.item.schema(), true
		if !k.mayBeEmpty {
			s.MinItems = new(uint64(1))
		}
	case section:
		k.sectionSchema(s)
	case table:
		s.Type, s.AdditionalProperties = "object", k.item.schema()
		s.PropertyNames = &jsonschema.Schema{Pattern: k.form.pattern}
	case anything:
		s.Not = &jsonschema.Schema{Type: "null"}
	}
	if k.initial.IsValid() {
		s.Default = jsonValue(k.initial)
	}
	return s
}

// description is what an editor shows of a key.
func (k *key) description() string {
	if k.derived == "" {
		return k.doc
	}
	return k.doc + " Default: " + k.derived + "."
}

func (k *key) sectionSchema(s *jsonschema.Schema) {
	setTypes(s, "object")
	if k.mayBeNull() || k.inherits {
		setTypes(s, "object", "null")
	}
	s.Properties, s.AdditionalProperties = jsonschema.NewProperties(), jsonschema.FalseSchema
	for _, c := range k.available() {
		s.Properties.Set(c.name, c.schema())
		if c.required {
			s.Required = append(s.Required, c.name)
		}
	}
}

func (k *key) singleSchema(s *jsonschema.Schema) {
	setTypes(s, k.kind.json...)
	if k.inherits {
		setTypes(s, append(slices.Clone(k.kind.json), "null")...)
	}
	s.Pattern = k.kind.pattern
	if k.form.exists() {
		s.Pattern = k.form.pattern
	}
	s.Enum = anys(k.enum)
	if k.form.refused != nil {
		s.Not = &jsonschema.Schema{Enum: anys(k.form.refused)}
	}
	if k.limits != nil && k.kind.takes("!!int") {
		low := jsonNumber(k.limits.low)
		if k.limits.openLow {
			s.ExclusiveMinimum = low
		} else {
			s.Minimum = low
		}
		if k.limits.hasHigh {
			s.Maximum = jsonNumber(k.limits.high)
		}
	}
}

// setTypes sets the types of a schema, which the library has room for one of.
func setTypes(s *jsonschema.Schema, types ...string) {
	s.Type, s.Extras = types[0], nil
	if len(types) > 1 {
		s.Type, s.Extras = "", map[string]any{"type": types}
	}
}

func jsonNumber(x float64) json.Number { return json.Number(strconv.FormatFloat(x, 'f', -1, 64)) }

// jsonValue is a value as the policy writes it.
func jsonValue(v reflect.Value) any {
	if v.Kind() == reflect.Slice {
		items := make([]any, v.Len())
		for i := range items {
			items[i] = jsonValue(v.Index(i))
		}
		return items
	}
	if text, ok := reflect.TypeAssert[fmt.Stringer](v); ok {
		return text.String()
	}
	return v.Interface()
}

func anys(texts []string) []any {
	var out []any
	for _, text := range texts {
		out = append(out, text)
	}
	return out
}

// Chart is what a chart's values depend on.
type Chart struct {
	Secrets, Gateway, Edge         bool     // which of these keys it has
	Labels, Annotations, Variables []string // names that its pods have already
}

// ValuesSchema returns the JSON Schema of a chart's values: image, tuning, and the keys of deploy.kubernetes that are values there.
func ValuesSchema(chart Chart) ([]byte, error) {
	text := &jsonschema.Schema{Type: "string"}
	scalar := &jsonschema.Schema{}
	setTypes(scalar, "string", "number", "boolean")
	own := map[string]*jsonschema.Schema{
		"enabled": {Type: "boolean", Description: "For a chart around this one, whose condition reads it."},
		"global":  {Type: "object", Description: "Values that a chart around this one gives all of its charts."},
		"image":   {Type: "string", Description: "The image, with its digest."},
		"tuning":  {Type: "object", Description: "Environment variables.", AdditionalProperties: scalar, PropertyNames: &jsonschema.Schema{Pattern: formats()["variable"].pattern}},
		"gateway": {Type: "string", Description: "Name of the Gateway."},
		"edge":    {Type: "object", Description: "The proxy in front.", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema},
	}
	own["edge"].Properties.Set("image", text)
	own["edge"].Properties.Set("replicas", &jsonschema.Schema{Type: "integer", Minimum: "1"})

	root := &jsonschema.Schema{
		Comments: "Code generated by msgen. DO NOT EDIT.", Version: "http://json-schema.org/draft-07/schema#",
		Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema,
	}
	for _, name := range []string{"enabled", "global", "image", "tuning"} {
		root.Properties.Set(name, own[name])
	}
	if chart.Gateway {
		root.Properties.Set("gateway", own["gateway"])
	}
	if chart.Edge {
		root.Properties.Set("edge", own["edge"])
	}
	for _, k := range released().root.child("deploy").child("kubernetes").keys {
		if slices.Contains([]string{"namespace", "packaging", "callers", "egress"}, k.name) || k.name == "secrets" && !chart.Secrets {
			continue // they shape the manifests
		}
		s := k.schema()
		s.MinItems = nil
		if s.Pattern != "" && k.fallback == "" { // a value that is not set
			s.Pattern += "|^$"
		}
		switch k.name { // Helm accepts a key that the pods have twice
		case "podLabels":
			s.PropertyNames.Not = &jsonschema.Schema{Enum: anys(chart.Labels)}
		case "podAnnotations":
			s.PropertyNames.Not = &jsonschema.Schema{Enum: anys(chart.Annotations)}
		case "env":
			name, _ := s.Items.Properties.Get("name")
			name.Not = &jsonschema.Schema{Enum: anys(chart.Variables)}
		}
		root.Properties.Set(k.name, s)
	}
	return indented(root)
}
