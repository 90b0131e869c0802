package protoload

import (
	"flag"
	"os"
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
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

func TestOperationsAreThoseOfTheGoModule(t *testing.T) {
	want := protodesc.ToFileDescriptorProto(longrunningpb.File_google_longrunning_operations_proto)
	if *update {
		data, err := proto.MarshalOptions{Deterministic: true}.Marshal(want)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("operations.binpb", data, 0o644))
		t.Error("operations.binpb is updated")
		return
	}
	got := &descriptorpb.FileDescriptorProto{}
	require.NoError(t, proto.Unmarshal(operations, got))
	require.True(t, proto.Equal(want, got), "run go test -update")
}
