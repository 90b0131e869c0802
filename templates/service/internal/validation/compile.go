package validation

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
)

// reach returns the requests of the methods and the messages in them. Each comes once, after the messages that it holds.
func reach(methods []string) ([]protoreflect.MessageDescriptor, error) {
	var messages []protoreflect.MessageDescriptor
	seen := map[protoreflect.FullName]bool{}
	var visit func(protoreflect.MessageDescriptor)
	visit = func(message protoreflect.MessageDescriptor) {
		if seen[message.FullName()] {
			return
		}
		seen[message.FullName()] = true
		for i := range message.Fields().Len() {
			if inner := message.Fields().Get(i).Message(); inner != nil {
				visit(inner)
			}
		}
		messages = append(messages, message)
	}
	for _, method := range methods {
		name := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", "."))
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
		if err != nil {
			return nil, fmt.Errorf("validation: %s: %w", method, err)
		}
		described, ok := found.(protoreflect.MethodDescriptor)
		if !ok {
			return nil, fmt.Errorf("validation: %s is not a method", method)
		}
		visit(described.Input())
	}
	return messages, nil
}

// compile returns the rules of messages, ready to be checked: compiled with the first request, they would hold that for a
// millisecond.
func compile(messages []protoreflect.MessageDescriptor) (protovalidate.Validator, error) {
	rules, err := protovalidate.New(protovalidate.WithMessageDescriptors(messages...), protovalidate.WithDisableLazy())
	if err != nil {
		return nil, fmt.Errorf("validation: %w", err)
	}
	for _, message := range messages {
		if err := compiled(rules, message, message); err != nil {
			return nil, err
		}
		for i := range message.Fields().Len() {
			if err := compiled(rules, message, message.Fields().Get(i)); err != nil {
				return nil, err
			}
		}
	}
	return rules, nil
}

// compiled fails when a rule of declared, which is a message or a field of it, does not compile. The validator says so when
// it checks a message.
func compiled(rules protovalidate.Validator, message protoreflect.MessageDescriptor, declared protoreflect.Descriptor) error {
	only := protovalidate.FilterFunc(func(_ protoreflect.Message, d protoreflect.Descriptor) bool { return d == declared })
	err := rules.Validate(dynamicpb.NewMessage(message), protovalidate.WithFilter(only))
	if failed, ok := errors.AsType[*protovalidate.CompilationError](err); ok {
		return fmt.Errorf("validation: a rule of %s does not compile: %w", declared.FullName(), failed.Unwrap())
	}
	return nil
}
