package acceptance

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "google.golang.org/genproto/googleapis/api/annotations" // linked so that their descriptors are registered
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/api/visibility"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	_ "google.golang.org/protobuf/types/known/apipb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/typepb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// googleapis writes, as a descriptor set that protoc reads, the protos of google/ that everybody imports and no Go
// module ships as text, and returns its path.
func googleapis(t *testing.T) string {
	t.Helper()
	var set descriptorpb.FileDescriptorSet
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
		return true
	})
	content, err := proto.Marshal(&set)
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "googleapis.binpb")
	write(t, out, string(content))
	return out
}
