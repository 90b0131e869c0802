package build

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The numbers of the extensions that hold rules, in the options of messages, oneofs and fields.
const (
	bufValidate       protowire.Number = 1159 // buf.validate.message, .oneof and .field
	protocGenValidate protowire.Number = 1071 // validate.required of a oneof, and validate.rules of a field
)

// validation finds the methods whose requests have rules, and reports rules that the server does not check.
func (b *builder) validation() {
	if !b.Policy.Server.Validate {
		return
	}
	checked, older := map[string]bool{}, map[string]bool{} // protos with rules
	for _, host := range b.tree().Hosts {
		for _, rpc := range host.RPCs {
			for _, message := range messagesOf(b.methods[rpc].Input.Desc) {
				file := message.ParentFile().Path()
				if hasRules(message, bufValidate) {
					rpc.Validated, checked[file] = true, true
				}
				if hasRules(message, protocGenValidate) {
					older[file] = true
				}
			}
		}
	}
	maps.DeleteFunc(older, func(file string, _ bool) bool { return checked[file] })
	var shown []string
	for _, file := range slices.Sorted(maps.Keys(older)) {
		shown = append(shown, b.shownPath(file))
	}
	if len(shown) > 0 {
		b.note("%s: the server checks buf.validate rules, and ignores the validate.rules of protoc-gen-validate; protovalidate-migrate converts them: "+
			"https://protovalidate.com/migration-guides/migrate-from-protoc-gen-validate/", few(shown))
	}
}

// messagesOf are a message and the messages that it can hold, each once.
func messagesOf(message protoreflect.MessageDescriptor) []protoreflect.MessageDescriptor {
	all := []protoreflect.MessageDescriptor{message}
	seen := map[protoreflect.MessageDescriptor]bool{message: true}
	for i := 0; i < len(all); i++ {
		fields := all[i].Fields()
		for j := range fields.Len() {
			if inner := fields.Get(j).Message(); inner != nil && !seen[inner] {
				seen[inner] = true
				all = append(all, inner)
			}
		}
	}
	return all
}

// hasRules reports whether a message has rules by the option of that number: itself, a oneof or a field of it. On a message, the option
// of protoc-gen-validate is validate.disabled, which turns rules off.
func hasRules(message protoreflect.MessageDescriptor, number protowire.Number) bool {
	if number == bufValidate && hasOption(message, number) {
		return true
	}
	for i := range message.Oneofs().Len() {
		if hasOption(message.Oneofs().Get(i), number) {
			return true
		}
	}
	for i := range message.Fields().Len() {
		if hasOption(message.Fields().Get(i), number) {
			return true
		}
	}
	return false
}

// hasOption reports whether a declaration has the option of that number, which msgen knows or not.
func hasOption(of protoreflect.Descriptor, number protowire.Number) bool {
	options := of.Options().ProtoReflect()
	has := false
	options.Range(func(option protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		has = option.Number() == number
		return !has
	})
	for unknown := options.GetUnknown(); !has && len(unknown) > 0; {
		found, _, length := protowire.ConsumeField(unknown)
		if length < 0 {
			return false
		}
		has, unknown = found == number, unknown[length:]
	}
	return has
}
