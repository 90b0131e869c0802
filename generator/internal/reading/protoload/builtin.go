package protoload

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// embedded holds the descriptors of the files that have no Go package which msgen would link, each at the name of its file:
//   - google/longrunning and google/iam, as their packages bring grpc along, 10 MB in the program and 2 ms in each of its
//     starts;
//   - gogoproto, validate, protoc-gen-openapiv2, udpa/annotations and xds/annotations, as few protos import them, and
//     gogoproto is not in the registry of google.golang.org/protobuf. It has castrepeated of github.com/cosmos/gogoproto too;
//   - google/protobuf/cpp_features.proto and java_features.proto, which have none.
//
// go test -update writes them.
//
//go:embed embedded
var embedded embed.FS

// The name of an embedded descriptor is the name of its proto between the two.
const embeddedFolder, embeddedSuffix = "embedded/", ".binpb"

// otherNames are names by which protos import files that msgen has under another one.
var otherNames = map[string]string{
	"github.com/gogo/protobuf/gogoproto/gogo.proto": "gogoproto/gogo.proto",
}

// linkedFolders hold the protos that a user imports without having them. Nothing else is taken from what happens to be
// linked into the program.
func linkedFolders() []string {
	return []string{"buf/validate/", "google/api/", "google/protobuf/", "google/rpc/", "google/type/"}
}

func inLinkedFolder(name string) bool {
	return slices.ContainsFunc(linkedFolders(), func(folder string) bool { return strings.HasPrefix(name, folder) })
}

// builtins are the protos that msgen has in itself, which carry no source positions. An embedded one is read when somebody
// first asks for it.
type builtins struct{ read *protoregistry.Files }

func newBuiltins() *builtins { return &builtins{read: new(protoregistry.Files)} }

// find returns the descriptor of the proto of that name.
func (b *builtins) find(name string) (protoreflect.FileDescriptor, bool) {
	fd, err := b.FindFileByPath(name)
	return fd, err == nil
}

// FindFileByPath makes builtins the [protodesc.Resolver] of what an embedded file imports.
func (b *builtins) FindFileByPath(name string) (protoreflect.FileDescriptor, error) {
	if inLinkedFolder(name) {
		if fd, err := protoregistry.GlobalFiles.FindFileByPath(name); err == nil {
			return fd, nil
		}
	}
	if fd, err := b.read.FindFileByPath(name); err == nil {
		return fd, nil
	}
	return b.embedded(name)
}

// FindDescriptorByName finds what one of the files declares that have been asked for.
func (b *builtins) FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error) {
	if d, err := b.read.FindDescriptorByName(name); err == nil {
		return d, nil
	}
	return protoregistry.GlobalFiles.FindDescriptorByName(name)
}

// embedded reads an embedded file. It panics only if that is broken, which a test rules out.
func (b *builtins) embedded(name string) (protoreflect.FileDescriptor, error) {
	of, renamed := otherNames[name]
	if !renamed {
		of = name
	}
	data, err := embedded.ReadFile(embeddedFolder + of + embeddedSuffix)
	if err != nil {
		return nil, protoregistry.NotFound
	}
	fdp := &descriptorpb.FileDescriptorProto{}
	if err := proto.Unmarshal(data, fdp); err != nil {
		panic(err)
	}
	fdp.Name = new(name)
	fd, err := protodesc.NewFile(fdp, b)
	if err == nil && !renamed { // what a file declares is registered once
		err = b.read.RegisterFile(fd)
	}
	if err != nil {
		panic(err)
	}
	return fd, nil
}

// all are the files that find finds, in the order of their names.
func (b *builtins) all() []protoreflect.FileDescriptor {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(fd protoreflect.FileDescriptor) bool {
		if inLinkedFolder(fd.Path()) {
			files = append(files, fd)
		}
		return true
	})
	_ = fs.WalkDir(embedded, ".", func(path string, entry fs.DirEntry, _ error) error { // of an embed.FS, no error
		if name, ok := strings.CutSuffix(path, embeddedSuffix); ok && !entry.IsDir() {
			fd, _ := b.find(strings.TrimPrefix(name, embeddedFolder))
			files = append(files, fd)
		}
		return nil
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return strings.Compare(a.Path(), b.Path()) })
	return files
}
