package protoload

import (
	_ "embed" // the descriptor of google/longrunning/operations.proto
	"slices"
	"strings"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/bufbuild/protocompile"
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
)

// operationsPath is embedded because its Go package, cloud.google.com/go/longrunning/autogen/longrunningpb, brings
// grpc along: 10 MB in the program and 2 ms in each of its starts.
const operationsPath = "google/longrunning/operations.proto"

//go:embed operations.binpb
var operations []byte

// builtinFolders hold the protos that a user imports without having them. Nothing else is taken from what happens to
// be linked into the program.
func builtinFolders() []string {
	return []string{"google/api/", "google/rpc/", "google/type/", "buf/validate/"}
}

// findBuiltin returns the descriptor of a proto that msgen has in itself. It carries no source positions.
func findBuiltin(name string) (protoreflect.FileDescriptor, bool) {
	switch {
	case name == operationsPath:
		return operationsFile(), true
	case slices.ContainsFunc(builtinFolders(), func(folder string) bool { return strings.HasPrefix(name, folder) }):
		fd, err := protoregistry.GlobalFiles.FindFileByPath(name)
		return fd, err == nil
	default:
		// google/protobuf/*, all that protoc comes with.
		none := protocompile.ResolverFunc(func(string) (protocompile.SearchResult, error) {
			return protocompile.SearchResult{}, protoregistry.NotFound
		})
		found, err := protocompile.WithStandardImports(none).FindFileByPath(name)
		return found.Desc, err == nil
	}
}

// operationsFile panics only if the file that was embedded is broken, which a test rules out.
func operationsFile() protoreflect.FileDescriptor {
	var fdp descriptorpb.FileDescriptorProto
	if err := proto.Unmarshal(operations, &fdp); err != nil {
		panic(err)
	}
	fd, err := protodesc.NewFile(&fdp, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	return fd
}

// builtins are all the files that findBuiltin finds, in the order of their names.
func builtins() []protoreflect.FileDescriptor {
	files := []protoreflect.FileDescriptor{operationsFile()}
	folders := append(builtinFolders(), "google/protobuf/")
	protoregistry.GlobalFiles.RangeFiles(func(fd protoreflect.FileDescriptor) bool {
		if slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(fd.Path(), folder) }) {
			files = append(files, fd)
		}
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return strings.Compare(a.Path(), b.Path()) })
	return files
}
