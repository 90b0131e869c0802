package stubs

import (
	"errors"
	"strings"

	gengo "google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/gofeaturespb"
	"google.golang.org/protobuf/types/pluginpb"
)

// messageStubs returns the message stubs of every file of plugin that is marked Generate.
func messageStubs(plugin *protogen.Plugin) (map[*protogen.File][]stub, error) {
	stubs := map[*protogen.File][]stub{}
	var hybrids []*protogen.File
	for _, file := range plugin.Files {
		if !file.Generate {
			continue
		}
		if file.APILevel == gofeaturespb.GoFeatures_API_HYBRID {
			hybrids = append(hybrids, file)
		}
		generated := gengo.GenerateFile(plugin, withoutRawDescriptor(file))
		generated.Skip()
		stubs[file] = []stub{messageStub(file, ".pb.go", generated.Content)}
	}
	// GenerateFile reports its errors to the plugin, and of a hybrid file's two stubs it returns only the first. The
	// response holds what is left: the error, and what was not skipped.
	response := plugin.Response()
	if response.Error != nil {
		return nil, errors.New(firstLine(response.GetError()))
	}
	for _, file := range hybrids {
		const suffix = "_protoopaque.pb.go"
		stubs[file] = append(stubs[file], messageStub(file, suffix, func() ([]byte, error) {
			return contentOf(response, file.GeneratedFilenamePrefix+suffix)
		}))
	}
	return stubs, nil
}

// messageStub is the stub of file's messages whose text without the raw descriptor is bare.
func messageStub(file *protogen.File, suffix string, bare func() ([]byte, error)) stub {
	return stub{
		name: file.GeneratedFilenamePrefix + suffix,
		content: func() ([]byte, error) {
			content, err := bare()
			if err != nil {
				return nil, err
			}
			return spliceRawDescriptor(content, file)
		},
	}
}

// contentOf returns the file of the response that is called name, or, where a parameter of the plugin makes the
// response's names relative to a Go module, what is left of it.
func contentOf(response *pluginpb.CodeGeneratorResponse, name string) ([]byte, error) {
	for _, file := range response.File {
		if strings.HasSuffix("/"+name, "/"+file.GetName()) {
			return []byte(file.GetContent()), nil
		}
	}
	return nil, errors.New("protoc-gen-go did not generate it")
}
