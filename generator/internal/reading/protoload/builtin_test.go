package protoload

import (
	"flag"
	"os"
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with; the run ends red all the same")

func TestBuiltins(t *testing.T) {
	var names strings.Builder
	for _, fd := range builtins() {
		names.WriteString(fd.Path() + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile("testdata/builtins.txt", []byte(names.String()), 0o644))
		t.Error("testdata/builtins.txt is updated")
		return
	}
	want, err := os.ReadFile("testdata/builtins.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), names.String(), "run go test -update")
}

func TestEmbedded(t *testing.T) {
	standard := protocompile.WithStandardImports(&protocompile.SourceResolver{})
	files := []protoreflect.FileDescriptor{longrunningpb.File_google_longrunning_operations_proto}
	for _, name := range []string{"google/protobuf/cpp_features.proto", "google/protobuf/java_features.proto"} {
		found, err := standard.FindFileByPath(name)
		require.NoError(t, err)
		files = append(files, found.Desc)
	}
	want := &descriptorpb.FileDescriptorSet{}
	for _, fd := range files {
		want.File = append(want.File, protodesc.ToFileDescriptorProto(fd))
	}
	if *update {
		data, err := proto.MarshalOptions{Deterministic: true}.Marshal(want)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("embedded.binpb", data, 0o644))
		t.Error("embedded.binpb is updated")
		return
	}
	got := &descriptorpb.FileDescriptorSet{}
	require.NoError(t, proto.Unmarshal(embedded, got))
	require.True(t, proto.Equal(want, got), "run go test -update")
}
