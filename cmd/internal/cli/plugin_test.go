package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// TestPluginSpeaksTheProtocol holds what protoc and buf read of a response: the features, the errors, and nothing beside it.
func TestPluginSpeaksTheProtocol(t *testing.T) {
	t.Chdir(t.TempDir())
	request, err := proto.Marshal(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{"a.proto"},
		Parameter:      new("stubs=true,onyl=service"),
		ProtoFile: []*descriptorpb.FileDescriptorProto{{
			Name: new("a.proto"), Syntax: new("proto3"), Service: []*descriptorpb.ServiceDescriptorProto{{Name: new("A")}},
		}},
	})
	require.NoError(t, err)
	for _, args := range [][]string{{"msgen", "plugin"}, {"/usr/bin/protoc-gen-msgen"}, {"protoc-gen-msgen.exe"}} {
		refused := answerOf(t, run(t, string(request), args...))
		assert.Contains(t, refused.GetError(), `unknown plugin option: found "onyl"`, args)
		assert.Contains(t, refused.GetError(), `did you mean "only"?`, args)
	}
	answered := answerOf(t, run(t, strings.Replace(string(request), "onyl", "only", 1), "msgen", "plugin"))
	assert.Empty(t, answered.GetError())
	assert.NotEmpty(t, answered.GetFile())
	assert.EqualValues(t, descriptorpb.Edition_EDITION_PROTO2, answered.GetMinimumEdition())
	assert.EqualValues(t, descriptorpb.Edition_EDITION_2023, answered.GetMaximumEdition())
	for _, feature := range []pluginpb.CodeGeneratorResponse_Feature{
		pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL, pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS,
	} {
		assert.NotZero(t, answered.GetSupportedFeatures()&uint64(feature), feature)
	}
}

// answerOf is what stdout holds, to the last byte.
func answerOf(t *testing.T, got outcome) *pluginpb.CodeGeneratorResponse {
	t.Helper()
	require.Equal(t, 0, got.code, got.stderr)
	var response pluginpb.CodeGeneratorResponse
	require.NoError(t, proto.Unmarshal([]byte(got.stdout), &response))
	assert.Empty(t, response.ProtoReflect().GetUnknown())
	return &response
}

func TestPluginWithoutRequest(t *testing.T) {
	for _, stdin := range []string{"syntax = \"proto3\";", ""} {
		got := run(t, stdin, "msgen", "plugin")
		assert.Equal(t, 1, got.code)
		assert.Empty(t, got.stdout)
		assert.Contains(t, got.stderr, "msgen: stdin holds no plugin request: ")
	}
}
