package protoload_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

const indented = "syntax = \"proto3\";\nimport \"google/protobuf/empty.proto\";\nservice S {\n" +
	"\t/* é */ rpc Get(google.protobuf.Empty) returns (google.protobuf.Empty);\n}\n"

// requestFor compiles a proto as a compiler would whose columns of the name of the RPC, from 0, are those given.
func requestFor(t *testing.T, text string, column int32) *pluginpb.CodeGeneratorRequest {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "s.proto"), text)
	set, problems := protoload.Load(t.Context(), protoload.Options{View: disk.From(dir), Files: []string{"s.proto"}})
	require.NoError(t, problems.Err())
	file := proto.CloneOf(set.Files[len(set.Files)-1])
	for _, at := range file.GetSourceCodeInfo().GetLocation() {
		if path := at.GetPath(); len(path) == 5 && path[0] == 6 && path[4] == 1 {
			at.Span = []int32{at.Span[0], column, column + 3}
		}
	}
	files := append([]*descriptorpb.FileDescriptorProto{}, set.Files[:len(set.Files)-1]...)
	return &pluginpb.CodeGeneratorRequest{FileToGenerate: set.Targets, ProtoFile: append(files, file)}
}

// rpcPosition is where a set says that the only RPC is.
func rpcPosition(t *testing.T, set *protoload.Set) diag.Position {
	t.Helper()
	files, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: set.Files})
	require.NoError(t, err)
	found, err := files.FindDescriptorByName("S.Get")
	require.NoError(t, err)
	return set.Position(found)
}

func TestColumnsOfCompilers(t *testing.T) {
	for compiler, column := range map[string]int32{
		"msgen: tabs to 8, characters": 8 + 12,
		"protoc: tabs to 8, bytes":     8 + 13,
		"buf: tabs to 4, characters":   4 + 12,
	} {
		request := requestFor(t, indented, column)
		dir := t.TempDir()
		t.Chdir(dir)
		writeFile(t, "protos/s.proto", indented)
		set, problems := protoload.FromRequest(here(t), request, []string{"protos"})
		require.NoError(t, problems.Err(), compiler)
		assert.Equal(t, diag.Position{File: "protos/s.proto", Line: 4, Col: 14}, rpcPosition(t, set), compiler)
		assert.True(t, set.HasText(), compiler)
	}
}

func TestTextOfAnotherProto(t *testing.T) {
	request := requestFor(t, indented, 20)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"none":          "",
		"another name":  strings.Replace(indented, "Get", "Put", 1),
		"another place": "\n" + indented,
		"no text":       "\x00",
	} {
		if text != "" {
			writeFile(t, "s.proto", text)
		}
		set, problems := protoload.FromRequest(here(t), request, nil)
		require.NoError(t, problems.Err(), name)
		assert.False(t, set.HasText(), name)
		assert.Equal(t, diag.Position{File: "s.proto", Line: 4, Col: 21}, rpcPosition(t, set), name)
		_, known := set.Source("google/protobuf/empty.proto")
		assert.False(t, known, "it is msgen's own")
	}
}

func TestFolderOfProtosThatIsNone(t *testing.T) {
	_, problems := protoload.FromRequest(here(t), requestFor(t, indented, 20), []string{"missing"})
	assert.ErrorContains(t, problems.Err(), `an import path is not a folder: found "-I missing"`)
}

func TestServicesBeside(t *testing.T) {
	t.Chdir(t.TempDir())
	const service = "syntax = \"proto3\";\nservice S {}\n"
	for name, text := range map[string]string{
		"a/a.proto": service, "a/b.proto": service, "b/b.proto": service, "made/c/c.proto": service, ".hidden/d.proto": service,
		"messages/m.proto": "syntax = \"proto3\";\nmessage M {} // service S {}\n",
	} {
		writeFile(t, name, text)
	}
	set, problems := protoload.Load(t.Context(), protoload.Options{View: here(t), Files: []string{"a/a.proto"}, ImportPaths: []string{"."}})
	require.NoError(t, problems.Err())
	assert.Equal(t, []string{"b/b.proto"}, set.ServicesBeside(func(dir string) bool { return filepath.Base(dir) == "made" }))
}

// here is a view from the working directory.
func here(t *testing.T) *disk.View {
	t.Helper()
	view, err := disk.New()
	require.NoError(t, err)
	return view
}

// TestManaged finds the options that a compiler has set of its own, and loads the text with them.
func TestManaged(t *testing.T) {
	t.Chdir(t.TempDir())
	const text = "syntax = \"proto3\";\noption java_package = \"mine\";\noption go_package = \"example.com/mine\";\nmessage M {}\n"
	writeFile(t, "m.proto", text)
	load := func(managed map[string]map[string]any) (*protoload.Set, diag.List) {
		return protoload.Load(t.Context(), protoload.Options{View: here(t), Files: []string{"m.proto"}, Managed: managed})
	}
	set, problems := load(nil)
	require.NoError(t, problems.Err())
	file := set.Files[0]
	file.Options.GoPackage, file.Options.CcEnableArenas = new("example.com/bufs"), new(false)
	file.Options.OptimizeFor = descriptorpb.FileOptions_SPEED.Enum()
	var written []*descriptorpb.SourceCodeInfo_Location
	for _, at := range file.SourceCodeInfo.Location {
		if path := at.GetPath(); len(path) < 2 || path[0] != 8 || path[1] != 11 { // go_package, as buf takes it away
			written = append(written, at)
		}
	}
	file.SourceCodeInfo.Location = written
	request := &pluginpb.CodeGeneratorRequest{FileToGenerate: []string{"m.proto"}, ProtoFile: set.Files}
	requested, problems := protoload.FromRequest(here(t), request, nil)
	require.NoError(t, problems.Err())
	managed := requested.Managed()
	assert.Equal(t, map[string]map[string]any{
		"m.proto": {"go_package": "example.com/bufs", "cc_enable_arenas": false, "optimize_for": "SPEED"},
	}, managed)

	set, problems = load(managed)
	require.NoError(t, problems.Err())
	assert.True(t, proto.Equal(file.Options, set.Files[0].Options))

	_, problems = load(map[string]map[string]any{"m.proto": {"no_such": true}})
	require.ErrorContains(t, problems.Err(), "m.proto: the options that buf has given the file are not readable: ")
	assert.ErrorContains(t, problems.Err(), "run buf generate, which records them again")
}
