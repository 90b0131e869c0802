package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

func TestPluginRefusesInItsProtocol(t *testing.T) {
	request, err := proto.Marshal(&pluginpb.CodeGeneratorRequest{FileToGenerate: []string{"a.proto"}})
	require.NoError(t, err)
	for _, args := range [][]string{{"msgen", "plugin"}, {"/usr/bin/protoc-gen-msgen"}, {"protoc-gen-msgen.exe"}} {
		got := run(t, string(request), args...)
		assert.Equal(t, 0, got.code, args)
		assert.Empty(t, got.stderr, args)
		var response pluginpb.CodeGeneratorResponse
		require.NoError(t, proto.Unmarshal([]byte(got.stdout), &response), args)
		want := &pluginpb.CodeGeneratorResponse{Error: new("the protoc plugin is not available yet: run msgen generate")}
		assert.True(t, proto.Equal(want, &response), "%v: %v", args, &response)
	}
}

func TestPluginWithoutRequest(t *testing.T) {
	got := run(t, "syntax = \"proto3\";", "msgen", "plugin")
	assert.Equal(t, 1, got.code)
	assert.Empty(t, got.stdout)
	assert.Contains(t, got.stderr, "msgen: stdin holds no plugin request: ")
}
