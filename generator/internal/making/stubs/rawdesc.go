package stubs

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// A message stub holds its file's descriptor as one string constant, the sum of thousands of literals. go/printer
// takes time quadratic in their number: for 1,000 RPCs, three quarters of the whole. So protoc-gen-go generates and
// prints the stub of a file with an empty descriptor, and the real one is spliced in afterwards.

// withoutRawDescriptor returns a copy of file whose descriptor is empty but for what else protoc-gen-go reads in it:
// whether the file is deprecated. The stub of the copy declares the raw descriptor in exactly two lines.
func withoutRawDescriptor(file *protogen.File) *protogen.File {
	bare := *file
	bare.Proto = &descriptorpb.FileDescriptorProto{}
	if file.Proto.GetOptions().GetDeprecated() {
		bare.Proto.Options = &descriptorpb.FileOptions{Deprecated: new(true)}
	}
	return &bare
}

// spliceRawDescriptor returns stub, the printed stub of [withoutRawDescriptor], with file's descriptor in it.
func spliceRawDescriptor(stub []byte, file *protogen.File) ([]byte, error) {
	name := "f" + strings.TrimPrefix(file.GoDescriptorIdent.GoName, "F") + "_rawDesc"
	_, after, declared := bytes.Cut(stub, []byte("\nconst "+name+` = "" +`+"\n\t"))
	if !declared {
		return nil, fmt.Errorf("protoc-gen-go declares no constant %s", name)
	}
	raw, err := rawDescriptor(file)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(stub)+2*len(raw))
	out = append(out, stub[:len(stub)-len(after)]...)
	out = appendLiterals(out, raw)
	_, after, _ = bytes.Cut(after, []byte("\n"))
	out = append(out, '\n')
	return append(out, after...), nil
}

// rawDescriptor returns what the compiled stub knows of its own proto file: all but comments, positions and the
// options that end with the compilation.
func rawDescriptor(file *protogen.File) ([]byte, error) {
	desc := proto.CloneOf(file.Proto)
	desc.SourceCodeInfo = nil
	clearSourceOptions(desc.ProtoReflect())
	return proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(desc)
}

// clearSourceOptions clears every field below m that is declared with [retention = RETENTION_SOURCE].
func clearSourceOptions(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		options, _ := field.Options().(*descriptorpb.FieldOptions)
		switch {
		case options.GetRetention() == descriptorpb.FieldOptions_RETENTION_SOURCE:
			m.Clear(field)
		case field.IsMap():
			if field.MapValue().Message() != nil {
				value.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
					clearSourceOptions(v.Message())
					return true
				})
			}
		case field.Message() == nil:
		case field.IsList():
			for i := range value.List().Len() {
				clearSourceOptions(value.List().Get(i).Message())
			}
		default:
			clearSourceOptions(value.Message())
		}
		return true
	})
}

// appendLiterals appends raw as a sum of string literals, one a line and each ending where raw has a byte 0x0a. That
// byte is the tag of a descriptor's name, so a literal is about one declaration.
func appendLiterals(out, raw []byte) []byte {
	for i, part := range bytes.SplitAfter(raw, []byte{0x0a}) {
		if i > 0 {
			out = append(out, " +\n\t"...)
		}
		out = strconv.AppendQuote(out, string(part))
	}
	return out
}
