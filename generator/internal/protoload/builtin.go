package protoload

import (
	_ "embed" // embedded.binpb
	"slices"
	"strings"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	_ "google.golang.org/genproto/googleapis/api"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/configchange"
	_ "google.golang.org/genproto/googleapis/api/distribution"
	_ "google.golang.org/genproto/googleapis/api/error_reason"
	_ "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
	_ "google.golang.org/genproto/googleapis/api/expr/v1beta1"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/api/label"
	_ "google.golang.org/genproto/googleapis/api/metric"
	_ "google.golang.org/genproto/googleapis/api/monitoredres"
	_ "google.golang.org/genproto/googleapis/api/serviceconfig"
	_ "google.golang.org/genproto/googleapis/api/visibility"
	_ "google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/context"
	_ "google.golang.org/genproto/googleapis/rpc/context/attribute_context"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/http"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	_ "google.golang.org/genproto/googleapis/type/calendarperiod"
	_ "google.golang.org/genproto/googleapis/type/color"
	_ "google.golang.org/genproto/googleapis/type/date"
	_ "google.golang.org/genproto/googleapis/type/datetime"
	_ "google.golang.org/genproto/googleapis/type/dayofweek"
	_ "google.golang.org/genproto/googleapis/type/decimal"
	_ "google.golang.org/genproto/googleapis/type/expr"
	_ "google.golang.org/genproto/googleapis/type/fraction"
	_ "google.golang.org/genproto/googleapis/type/interval"
	_ "google.golang.org/genproto/googleapis/type/latlng"
	_ "google.golang.org/genproto/googleapis/type/localized_text"
	_ "google.golang.org/genproto/googleapis/type/money"
	_ "google.golang.org/genproto/googleapis/type/month"
	_ "google.golang.org/genproto/googleapis/type/phone_number"
	_ "google.golang.org/genproto/googleapis/type/postaladdress"
	_ "google.golang.org/genproto/googleapis/type/quaternion"
	_ "google.golang.org/genproto/googleapis/type/timeofday"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	_ "google.golang.org/protobuf/types/gofeaturespb"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/apipb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/sourcecontextpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/typepb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
	_ "google.golang.org/protobuf/types/pluginpb"
)

// embedded is a FileDescriptorSet of the files that have no Go package which msgen would link:
//   - google/longrunning/operations.proto, as its package (cloud.google.com/go/longrunning/autogen/longrunningpb) brings
//     grpc along, 10 MB in the program and 2 ms in each of its starts;
//   - google/protobuf/cpp_features.proto and java_features.proto, which have none.
//
//go:embed embedded.binpb
var embedded []byte

// linkedFolders hold the protos that a user imports without having them. Nothing else is taken from what happens to be
// linked into the program.
func linkedFolders() []string {
	return []string{"buf/validate/", "google/api/", "google/protobuf/", "google/rpc/", "google/type/"}
}

func inLinkedFolder(name string) bool {
	return slices.ContainsFunc(linkedFolders(), func(folder string) bool { return strings.HasPrefix(name, folder) })
}

// findBuiltin returns the descriptor of a proto that msgen has in itself. It carries no source positions.
func findBuiltin(name string) (protoreflect.FileDescriptor, bool) {
	if inLinkedFolder(name) {
		if fd, err := protoregistry.GlobalFiles.FindFileByPath(name); err == nil {
			return fd, true
		}
	}
	for _, fd := range embeddedFiles() {
		if fd.Path() == name {
			return fd, true
		}
	}
	return nil, false
}

// embeddedFiles panics only if embedded is broken, which a test rules out.
func embeddedFiles() []protoreflect.FileDescriptor {
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(embedded, &set); err != nil {
		panic(err)
	}
	files := make([]protoreflect.FileDescriptor, len(set.File))
	for i, fdp := range set.File {
		fd, err := protodesc.NewFile(fdp, protoregistry.GlobalFiles)
		if err != nil {
			panic(err)
		}
		files[i] = fd
	}
	return files
}

// builtins are all the files that findBuiltin finds, in the order of their names.
func builtins() []protoreflect.FileDescriptor {
	files := embeddedFiles()
	protoregistry.GlobalFiles.RangeFiles(func(fd protoreflect.FileDescriptor) bool {
		if inLinkedFolder(fd.Path()) {
			files = append(files, fd)
		}
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return strings.Compare(a.Path(), b.Path()) })
	return files
}
