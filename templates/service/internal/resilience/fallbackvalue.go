package resilience

import (
	"context"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Value is a fixed response.
type Value struct{ message proto.Message }

// MustValue returns the response of message's type that text is in protobuf JSON. It panics when text is none.
func MustValue(message proto.Message, text string) *Value {
	if err := protojson.Unmarshal([]byte(text), message); err != nil {
		panic(err)
	}
	return &Value{message}
}

// orValue makes a call, or answers with the value.
func (c *call) orValue(ctx context.Context, next handler, value *Value) error {
	err := next(ctx, c)
	if !c.fails(ctx, err) {
		return err
	}
	return c.answer(value.message, err)
}

// UnmarshalYAML reads another response of the same type.
func (v *Value) UnmarshalYAML(node *yaml.Node) error {
	if v.message == nil {
		return fmt.Errorf("line %d: %w", node.Line, wrong("fallback", "value", "only what the client was generated with"))
	}
	var content any
	if err := node.Load(&content); err != nil {
		return err
	}
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	message := v.message.ProtoReflect().New().Interface()
	if err := protojson.Unmarshal(text, message); err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	v.message = message
	return nil
}
