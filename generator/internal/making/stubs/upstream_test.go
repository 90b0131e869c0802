package stubs

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/pluginpb"
)

// upstream is the folder of the official plugins' executables.
type upstream string

// buildUpstream builds the official plugins in the versions that go.mod pins.
func buildUpstream(tb testing.TB) upstream {
	tb.Helper()
	dir := tb.TempDir()
	build := exec.Command("go", "build", "-o", dir,
		"google.golang.org/protobuf/cmd/protoc-gen-go", "google.golang.org/grpc/cmd/protoc-gen-go-grpc")
	out, err := build.CombinedOutput()
	require.NoError(tb, err, "%s", out)
	return upstream(dir)
}

// generate runs the plugin on the request.
func (u upstream) generate(tb testing.TB, plugin string, request *pluginpb.CodeGeneratorRequest) *pluginpb.CodeGeneratorResponse {
	tb.Helper()
	in, err := proto.Marshal(request)
	require.NoError(tb, err)
	cmd := exec.Command(filepath.Join(string(u), plugin))
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(tb, err)
	var response pluginpb.CodeGeneratorResponse
	require.NoError(tb, proto.Unmarshal(out, &response))
	return &response
}

// requireSame fails unless Generate returns what the official plugins return, and nothing else.
func (u upstream) requireSame(t *testing.T, request *pluginpb.CodeGeneratorRequest) {
	t.Helper()
	want := map[string]string{}
	for _, plugin := range []string{"protoc-gen-go", "protoc-gen-go-grpc"} {
		response := u.generate(t, plugin, request)
		require.Empty(t, response.GetError())
		for _, f := range response.File {
			want[f.GetName()] = f.GetContent()
		}
	}
	gen, err := protogen.Options{}.New(request)
	require.NoError(t, err)
	files, err := Generate(gen)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		upstreams, ok := want[f.Name]
		require.True(t, ok, "%s: upstream does not write it", f.Name)
		require.Equal(t, upstreams, string(f.Content), f.Name)
		delete(want, f.Name)
	}
	require.Empty(t, want, "upstream writes more files")
}

// compile returns the request for the stubs of the files that resolver finds.
func compile(tb testing.TB, resolver protocompile.Resolver, files ...string) *pluginpb.CodeGeneratorRequest {
	tb.Helper()
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(resolver),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	linked, err := compiler.Compile(tb.Context(), files...)
	require.NoError(tb, err)
	descriptors := make([]protoreflect.FileDescriptor, len(linked))
	for i, file := range linked {
		descriptors[i] = file
	}
	return request(descriptors)
}

// request asks for the stubs of files. It holds what these import, each file after its imports.
func request(files []protoreflect.FileDescriptor) *pluginpb.CodeGeneratorRequest {
	out := &pluginpb.CodeGeneratorRequest{}
	seen := map[string]bool{}
	var add func(protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		out.ProtoFile = append(out.ProtoFile, protodesc.ToFileDescriptorProto(file))
	}
	for _, file := range files {
		add(file)
		out.FileToGenerate = append(out.FileToGenerate, file.Path())
	}
	return out
}

// protosBelow returns the paths of the proto files below dir, relative to root and sorted.
func protosBelow(tb testing.TB, root, dir string) []string {
	tb.Helper()
	var out []string
	require.NoError(tb, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".proto" {
			return err
		}
		relative, err := filepath.Rel(root, path)
		out = append(out, filepath.ToSlash(relative))
		return err
	}))
	slices.Sort(out)
	return out
}

// moduleDir returns the folder of a module that go.mod requires.
func moduleDir(tb testing.TB, module string) string {
	tb.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	require.NoError(tb, err)
	return strings.TrimSpace(string(out))
}
