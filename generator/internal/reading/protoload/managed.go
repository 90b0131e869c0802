package protoload

import (
	"encoding/json"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// fileOptions is the field number of google.protobuf.FileDescriptorProto.options.
const fileOptions = 8

// Managed are the file options of a request that are not in the text of the protos, by the names of file and option; nil
// where there are none. buf sets such in its managed mode (https://buf.build/docs/generate/managed-mode), and takes
// their positions out of the source_code_info.
func (s *Set) Managed() map[string]map[string]any {
	var managed map[string]map[string]any
	for _, file := range s.Files {
		if s.sources[file.GetName()].Bytes == nil {
			continue // nobody can hold it against a text
		}
		if options := unwritten(file); len(options) > 0 {
			if managed == nil {
				managed = map[string]map[string]any{}
			}
			managed[file.GetName()] = options
		}
	}
	return managed
}

// unwritten are the options of a file that have no position.
func unwritten(file *descriptorpb.FileDescriptorProto) map[string]any {
	options := map[string]any{}
	file.GetOptions().ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.IsExtension() || field.IsList() || field.Message() != nil || hasPosition(file, int32(field.Number())) {
			return true
		}
		name := string(field.Name())
		switch {
		case field.Enum() == nil:
			options[name] = value.Interface()
		case field.Enum().Values().ByNumber(value.Enum()) != nil:
			options[name] = string(field.Enum().Values().ByNumber(value.Enum()).Name())
		}
		return true
	})
	return options
}

func hasPosition(file *descriptorpb.FileDescriptorProto, option int32) bool {
	return slices.ContainsFunc(file.GetSourceCodeInfo().GetLocation(), func(at *descriptorpb.SourceCodeInfo_Location) bool {
		return slices.Equal(at.GetPath(), []int32{fileOptions, option})
	})
}

// manage sets the options of files as [Set.Managed] has them.
func (s *Set) manage(managed map[string]map[string]any) diag.List {
	var problems diag.List
	for _, file := range s.Files {
		options, ok := managed[file.GetName()]
		if !ok {
			continue
		}
		set := new(descriptorpb.FileOptions)
		encoded, err := json.Marshal(options)
		if err == nil {
			err = protojson.Unmarshal(encoded, set)
		}
		if err != nil {
			problems.Add(diag.Problem{
				Position: diag.Position{File: s.sources[file.GetName()].Path},
				Message:  fmt.Sprintf("the options that buf has given the file are not readable: %v", err),
				Fix:      "run buf generate, which records them again",
			})
			continue
		}
		if file.Options == nil {
			file.Options = new(descriptorpb.FileOptions)
		}
		proto.Merge(file.Options, set)
	}
	return problems
}
