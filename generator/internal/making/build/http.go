package build

import (
	"regexp"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// httpRules are the ways to call a method that its google.api.http has.
func httpRules(method *protogen.Method) []model.HTTPRule {
	rule := httpOption(method.Desc.Options())
	if rule == nil {
		return nil
	}
	var rules []model.HTTPRule
	for _, rule := range bindings(rule) {
		verb, path := pattern(rule)
		if path == "" {
			continue
		}
		rules = append(rules, model.HTTPRule{
			Verb: verb, Path: path,
			ExamplePath: examplePath(path, method.Input.Desc), ExampleBody: exampleBody(rule.GetBody(), method.Input.Desc),
		})
	}
	return rules
}

// bindings are a rule and those that it has beside its own.
func bindings(rule *annotations.HttpRule) []*annotations.HttpRule {
	return append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...)
}

// httpOption is the google.api.http of a method; nil: it has none. The compiler of the protos knows the option by the
// descriptor of the proto that declares it, and not by its Go type.
func httpOption(options proto.Message) *annotations.HttpRule {
	present := false
	options.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		present = field.Number() == annotations.E_Http.TypeDescriptor().Number()
		return !present
	})
	if !present && len(options.ProtoReflect().GetUnknown()) == 0 {
		return nil
	}
	typed := &descriptorpb.MethodOptions{}
	if raw, err := proto.Marshal(options); err != nil || proto.Unmarshal(raw, typed) != nil || !proto.HasExtension(typed, annotations.E_Http) {
		return nil
	}
	return proto.GetExtension(typed, annotations.E_Http).(*annotations.HttpRule)
}

func pattern(rule *annotations.HttpRule) (verb, path string) {
	switch pattern := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return "GET", pattern.Get
	case *annotations.HttpRule_Put:
		return "PUT", pattern.Put
	case *annotations.HttpRule_Post:
		return "POST", pattern.Post
	case *annotations.HttpRule_Delete:
		return "DELETE", pattern.Delete
	case *annotations.HttpRule_Patch:
		return "PATCH", pattern.Patch
	case *annotations.HttpRule_Custom:
		return pattern.Custom.GetKind(), pattern.Custom.GetPath()
	default:
		return "", ""
	}
}

// variable is one of the variables of a path: {sku}, or {name=shelves/*}.
var variable = regexp.MustCompile(`\{([^}=]+)(?:=([^}]*))?\}`)

// wildcard is a segment, or some, of a path that may be anything.
var wildcard = regexp.MustCompile(`\*+`)

// examplePath is a path that a rule of a request takes.
func examplePath(path string, request protoreflect.MessageDescriptor) string {
	filled := variable.ReplaceAllStringFunc(path, func(text string) string {
		match := variable.FindStringSubmatch(text)
		if match[2] != "" {
			return match[2] // whose wildcards are filled in below
		}
		return exampleOf(fieldAt(request, match[1]))
	})
	return wildcard.ReplaceAllString(filled, "1")
}

// fieldAt is the field of a message at a dotted path; nil where there is none.
func fieldAt(message protoreflect.MessageDescriptor, path string) protoreflect.FieldDescriptor {
	var field protoreflect.FieldDescriptor
	for name := range strings.SplitSeq(path, ".") {
		if message == nil {
			return nil
		}
		if field = message.Fields().ByName(protoreflect.Name(name)); field == nil {
			return nil
		}
		message = field.Message()
	}
	return field
}

// exampleOf is a value of a field as a path has it.
func exampleOf(field protoreflect.FieldDescriptor) string {
	switch {
	case field == nil:
		return "1"
	case field.Kind() == protoreflect.BoolKind:
		return "true"
	case field.Kind() == protoreflect.EnumKind:
		return string(field.Enum().Values().Get(0).Name())
	case field.Kind() == protoreflect.BytesKind:
		return "MQ=="
	default:
		return "1"
	}
}

// exampleBody is a body of a request, as JSON.
func exampleBody(body string, request protoreflect.MessageDescriptor) string {
	if body == "" {
		return ""
	}
	switch field := fieldAt(request, body); {
	case field == nil || field.Message() != nil && !field.IsList(): // of maps too
		return "{}"
	case field.IsList():
		return "[]"
	case field.Kind() == protoreflect.BoolKind:
		return "true"
	default:
		return `"` + exampleOf(field) + `"` // which protobuf JSON takes for a number too
	}
}
