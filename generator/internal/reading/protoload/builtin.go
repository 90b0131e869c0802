package protoload

import (
	_ "embed" // embedded.binpb
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// embedded is a FileDescriptorSet of the files that have no Go package which msgen would link:
//   - google/longrunning/operations.proto, as its package (cloud.google.com/go/longrunning/autogen/longrunningpb) brings
//     grpc along, 10 MB in the program and 2 ms in each of its starts;
//   - google/protobuf/cpp_features.proto and java_features.proto, which have none.
//
// go test -update writes it.
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
