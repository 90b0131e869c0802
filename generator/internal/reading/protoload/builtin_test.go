package protoload

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"github.com/bufbuild/protocompile"
	udpa "github.com/cncf/xds/go/udpa/annotations"
	xds "github.com/cncf/xds/go/xds/annotations/v3"
	"github.com/envoyproxy/protoc-gen-validate/validate"
	_ "github.com/gogo/protobuf/gogoproto"
	gogo "github.com/gogo/protobuf/proto"
	openapi "github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-openapiv2/options"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with; the run ends red all the same")

func TestBuiltins(t *testing.T) {
	var names strings.Builder
	for _, fd := range newBuiltins().all() {
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

// TestOtherNames finds each file that protos import by a second name.
func TestOtherNames(t *testing.T) {
	files := newBuiltins()
	for name, of := range otherNames {
		fd, ok := files.find(name)
		require.True(t, ok, name)
		assert.Equal(t, name, fd.Path())
		first, ok := files.find(of)
		require.True(t, ok, of)
		assert.Equal(t, first.Package(), fd.Package())
	}
}

// TestEmbedded compares the embedded descriptors with the Go packages of their protos.
func TestEmbedded(t *testing.T) {
	wanted := wantEmbedded(t)
	if *update {
		require.NoError(t, os.RemoveAll(embeddedFolder))
		for _, file := range wanted {
			name := filepath.FromSlash(embeddedFolder + file.GetName() + embeddedSuffix)
			data, err := proto.MarshalOptions{Deterministic: true}.Marshal(file)
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
			require.NoError(t, os.WriteFile(name, data, 0o644))
		}
		t.Error("the embedded descriptors are updated")
		return
	}
	for _, want := range wanted {
		data, err := embedded.ReadFile(embeddedFolder + want.GetName() + embeddedSuffix)
		require.NoError(t, err, "run go test -update")
		got := &descriptorpb.FileDescriptorProto{}
		require.NoError(t, proto.Unmarshal(data, got))
		assert.True(t, proto.Equal(want, got), "%s: run go test -update", want.GetName())
	}
	found := 0
	require.NoError(t, fs.WalkDir(embedded, ".", func(_ string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			found++
		}
		return err
	}))
	assert.Equal(t, len(wanted), found, "run go test -update")
}

func wantEmbedded(t *testing.T) []*descriptorpb.FileDescriptorProto {
	t.Helper()
	files := []protoreflect.FileDescriptor{
		iampb.File_google_iam_v1_iam_policy_proto,
		iampb.File_google_iam_v1_options_proto,
		iampb.File_google_iam_v1_policy_proto,
		iampb.File_google_iam_v1_resource_policy_member_proto,
		longrunningpb.File_google_longrunning_operations_proto,
		openapi.File_protoc_gen_openapiv2_options_annotations_proto,
		openapi.File_protoc_gen_openapiv2_options_openapiv2_proto,
		udpa.File_udpa_annotations_migrate_proto,
		udpa.File_udpa_annotations_security_proto,
		udpa.File_udpa_annotations_sensitive_proto,
		udpa.File_udpa_annotations_status_proto,
		udpa.File_udpa_annotations_versioning_proto,
		validate.File_validate_validate_proto,
		xds.File_xds_annotations_v3_migrate_proto,
		xds.File_xds_annotations_v3_security_proto,
		xds.File_xds_annotations_v3_sensitive_proto,
		xds.File_xds_annotations_v3_status_proto,
		xds.File_xds_annotations_v3_versioning_proto,
	}
	standard := protocompile.WithStandardImports(&protocompile.SourceResolver{})
	for _, name := range []string{"google/protobuf/cpp_features.proto", "google/protobuf/java_features.proto"} {
		found, err := standard.FindFileByPath(name)
		require.NoError(t, err)
		files = append(files, found.Desc)
	}
	want := []*descriptorpb.FileDescriptorProto{gogoproto(t)}
	for _, fd := range files {
		want = append(want, protodesc.ToFileDescriptorProto(fd))
	}
	return want
}

// gogoproto is the descriptor that the Go package of gogoproto/gogo.proto has in a registry of its own, with the name by which
// protos import it. The cosmos copy of that file, which protos import by the same name, has one option more.
func gogoproto(t *testing.T) *descriptorpb.FileDescriptorProto {
	t.Helper()
	unzip, err := gzip.NewReader(bytes.NewReader(gogo.FileDescriptor("gogo.proto")))
	require.NoError(t, err)
	data, err := io.ReadAll(unzip)
	require.NoError(t, err)
	file := &descriptorpb.FileDescriptorProto{}
	require.NoError(t, proto.Unmarshal(data, file))
	file.Name = new("gogoproto/gogo.proto")
	file.Extension = append(file.Extension, &descriptorpb.FieldDescriptorProto{
		Name: new("castrepeated"), JsonName: new("castrepeated"), Number: new(int32(65013)), Extendee: new(".google.protobuf.FieldOptions"),
		Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(), Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
	})
	return file
}
