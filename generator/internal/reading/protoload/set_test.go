package protoload_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/wellknownimports"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// load loads one proto of that text, named a.proto.
func load(t *testing.T, text string) *protoload.Set {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.proto"), text)
	set, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{"a.proto"}})
	require.Empty(t, problems.All())
	return set
}

func request(set *protoload.Set) *pluginpb.CodeGeneratorRequest {
	return &pluginpb.CodeGeneratorRequest{FileToGenerate: set.Targets, ProtoFile: set.Files}
}

const annotated = `syntax = "proto3";
package shop;
option go_package = "example.com/shop";

import "google/api/annotations.proto";
import "buf/validate/validate.proto";
import "google/protobuf/descriptor.proto";

extend google.protobuf.MethodOptions {
  string owner = 50000;
}

// Orders keeps orders.
service Orders {
  // Get finds one.
  rpc Get(GetRequest) returns (GetResponse) {
    option idempotency_level = NO_SIDE_EFFECTS;
    option (owner) = "checkout";
    option (google.api.http) = {
      get: "/v1/{id}"
      additional_bindings { post: "/v1/get" body: "*" }
    };
  }
}
message GetRequest {
  string id = 1 [(buf.validate.field).string.min_len = 3];
}
message GetResponse {
  string id = 1; // as it was asked for
}
`

func TestOptionsAreAsAPluginGetsThem(t *testing.T) {
	set := load(t, annotated)
	file := set.Files[len(set.Files)-1]
	method := file.Service[0].Method[0].Options

	assert.Equal(t, descriptorpb.MethodOptions_NO_SIDE_EFFECTS, method.GetIdempotencyLevel())
	http := proto.GetExtension(method, annotations.E_Http).(*annotations.HttpRule)
	assert.Equal(t, "/v1/{id}", http.GetGet())
	assert.Equal(t, "/v1/get", http.GetAdditionalBindings()[0].GetPost())
	rules := proto.GetExtension(file.MessageType[0].Field[0].Options, validate.E_Field).(*validate.FieldRules)
	assert.EqualValues(t, 3, rules.GetString().GetMinLen())

	owner := protowire.AppendString(protowire.AppendTag(nil, 50000, protowire.BytesType), "checkout")
	assert.Equal(t, protoreflect.RawFields(owner), method.ProtoReflect().GetUnknown(), "no Go type is linked for it")
	assert.Empty(t, method.UninterpretedOption)
}

func TestOptionsWithTheUsersOwnDescriptorProto(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.proto"), annotated)
	descriptor, err := wellknownimports.WithStandardImports(&protocompile.SourceResolver{}).FindFileByPath("google/protobuf/descriptor.proto")
	require.NoError(t, err)
	text, err := io.ReadAll(descriptor.Source)
	require.NoError(t, err)
	writeFile(t, filepath.Join(dir, "google/protobuf/descriptor.proto"), string(text))
	set, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{"a.proto"}})
	require.Empty(t, problems.All())
	_, own := set.Source("google/protobuf/descriptor.proto")
	require.True(t, own)
	method := set.Files[len(set.Files)-1].Service[0].Method[0].Options
	assert.Equal(t, "/v1/{id}", proto.GetExtension(method, annotations.E_Http).(*annotations.HttpRule).GetGet())
}

func TestSetIsARequestForPlugins(t *testing.T) {
	set := load(t, annotated)
	plugin, err := protogen.Options{}.New(request(set))
	require.NoError(t, err)
	orders := plugin.FilesByPath["a.proto"].Services[0]
	assert.Equal(t, " Orders keeps orders.\n", string(orders.Comments.Leading))
	assert.Equal(t, " Get finds one.\n", string(orders.Methods[0].Comments.Leading))
	assert.Equal(t, " as it was asked for\n", string(orders.Methods[0].Output.Fields[0].Comments.Trailing))

	seen := map[string]bool{}
	for _, file := range set.Files {
		for _, dependency := range file.Dependency {
			assert.True(t, seen[dependency], "%s comes after its import %s", file.GetName(), dependency)
		}
		assert.False(t, seen[file.GetName()], "%s comes twice", file.GetName())
		seen[file.GetName()] = true
	}
}

// TestEveryBuiltin loads a proto that imports all that msgen has in itself.
func TestEveryBuiltin(t *testing.T) {
	var text strings.Builder
	text.WriteString("syntax = \"proto3\";\n")
	names := strings.Fields(readFile(t, "testdata/builtins.txt"))
	for _, name := range names {
		text.WriteString("import public \"" + name + "\";\n")
	}
	set := load(t, text.String())
	for _, name := range names {
		_, onDisk := set.Source(name)
		assert.False(t, onDisk, name)
	}
	_, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: set.Files})
	require.NoError(t, err)
}

func TestPositions(t *testing.T) {
	const text = `syntax = "proto2";
package a;
option go_package = "example.com/a";
message M {
	optional string f = 1 [deprecated = true];
	oneof one { int32 x = 2; }
	map<string, N> entries = 3;
	message N { enum E { V = 0; } }
	extensions 100 to 200;
	extend M { optional int32 inner = 101; }
}
extend M { optional int32 ext = 100; }
enum E { W = 0; }
service S { /*世*/ rpc A(M) returns (M) { option idempotency_level = IDEMPOTENT; } }
`
	set := load(t, text)
	plugin, err := protogen.Options{}.New(request(set))
	require.NoError(t, err)
	file := plugin.FilesByPath["a.proto"].Desc
	m := file.Messages().ByName("M")
	n := m.Messages().ByName("N")
	s := file.Services().ByName("S")

	for _, tc := range []struct {
		what     string
		got      diag.Position
		line     int
		fragment string // the position is where it stands in the line
	}{
		{"file", set.Position(file), 1, "syntax"},
		{"file option", set.PositionIn(file, 8, 11), 3, "option"},
		{"message", set.Position(m), 4, "M"},
		{"field", set.Position(m.Fields().ByName("f")), 5, "f = 1"},
		{"field option", set.PositionIn(m.Fields().ByName("f"), 8, 3), 5, "deprecated"},
		{"oneof", set.Position(m.Oneofs().ByName("one")), 6, "one {"},
		{"field of a oneof", set.Position(m.Fields().ByName("x")), 6, "x = 2"},
		{"map", set.Position(m.Fields().ByName("entries")), 7, "entries"},
		{"map entry", set.Position(m.Messages().ByName("EntriesEntry")), 4, "M"},
		{"value of a map entry", set.Position(m.Fields().ByName("entries").MapValue()), 4, "M"},
		{"nested message", set.Position(n), 8, "N"},
		{"nested enum", set.Position(n.Enums().ByName("E")), 8, "E"},
		{"nested enum value", set.Position(n.Enums().ByName("E").Values().Get(0)), 8, "V"},
		{"nested extension", set.Position(m.Extensions().ByName("inner")), 10, "inner"},
		{"extension", set.Position(file.Extensions().ByName("ext")), 12, "ext ="},
		{"enum", set.Position(file.Enums().ByName("E")), 13, "E"},
		{"enum value", set.Position(file.Enums().ByName("E").Values().Get(0)), 13, "W"},
		{"service", set.Position(s), 14, "S"},
		{"method", set.Position(s.Methods().ByName("A")), 14, "A"},
		{"method input", set.PositionIn(s.Methods().ByName("A"), 2), 14, "M) r"},
		{"method option", set.PositionIn(s.Methods().ByName("A"), 4, 34), 14, "option"},
		{"absent method option", set.PositionIn(s.Methods().ByName("A"), 4, 33), 14, "option"},
		{"absent part", set.PositionIn(s.Methods().ByName("A"), 5), 14, "rpc"},
	} {
		line := strings.Split(text, "\n")[tc.line-1]
		before, _, found := strings.Cut(line, tc.fragment)
		require.True(t, found, tc.what)
		col := utf8.RuneCountInString(before) + 1
		assert.Equal(t, diag.Position{File: "a.proto", Line: tc.line, Col: col}, tc.got, tc.what)
	}
	assert.Equal(t, diag.Position{File: "google/protobuf/descriptor.proto"}, set.Position(descriptorpb.File_google_protobuf_descriptor_proto))
}

func TestShownPaths(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "protos/a.proto"), "syntax = \"proto3\";\nimport \"b.proto\";\nmessage M { Missing m = 1; }\n")
	writeFile(t, filepath.Join(dir, "protos/b.proto"), "syntax = \"proto3\";\nmessage N { Missing m = 1; }\n")
	require.NoError(t, os.Symlink(filepath.Join(dir, "protos"), filepath.Join(dir, "link")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "work"), 0o755))
	absolute := filepath.Join(dir, "protos/a.proto")

	for _, tc := range []struct{ dir, file, shown, imported string }{
		{"work", "../protos/a.proto", "../protos/a.proto", filepath.Join(dir, "protos/b.proto")},
		{"protos", "./a.proto", "./a.proto", "b.proto"},
		{"", "link/a.proto", "link/a.proto", "link/b.proto"},
		{"", absolute, absolute, "protos/b.proto"},
	} {
		_, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(filepath.Join(dir, tc.dir)), Files: []string{tc.file}})
		var files []string
		for _, p := range problems.All() {
			files = append(files, p.File)
		}
		assert.ElementsMatch(t, []string{tc.shown, tc.imported}, files, tc.file)
	}
}

func TestHostileFileNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a\nb.proto", `a\b.proto`, "a\x7f.proto"} {
		writeFile(t, filepath.Join(dir, name), `syntax = "proto3";`)
		_, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{name}})
		require.Len(t, problems.All(), 1)
		assert.Equal(t, "the name of the file cannot be imported", problems.All()[0].Message)
	}
	writeFile(t, filepath.Join(dir, "a b é.proto"), `syntax = "proto3";`)
	set, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{"a b é.proto"}})
	require.Empty(t, problems.All())
	assert.Equal(t, []string{"a b é.proto"}, set.Targets)
}

func TestLoadEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.proto"), `syntax = "proto3";`)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set, problems := protoload.Load(ctx, protoload.Options{View: disk.From(dir), Files: []string{"a.proto"}})
	assert.Nil(t, set)
	assert.ErrorContains(t, problems.Err(), "interrupted")
}

// TestFilesOutsideAreLoadedOnceMore counts what their imports look up: twice the files cost twice as much, not four times.
func TestFilesOutsideAreLoadedOnceMore(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "protos/common.proto"), `syntax = "proto3";`)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "elsewhere"), 0o755))
	lookups := func(files int) (count int) {
		opts := protoload.Options{
			View: disk.From(dir), ImportPaths: []string{"elsewhere"},
			Replaced: func(string) bool { count++; return false },
		}
		for i := range files {
			file := fmt.Sprintf("protos/%d.proto", i)
			writeFile(t, filepath.Join(dir, file), `syntax = "proto3"; import "common.proto";`)
			opts.Files = append(opts.Files, file)
		}
		_, problems := protoload.Load(t.Context(), opts)
		require.Len(t, problems.All(), files)
		assert.Equal(t, "pass -I elsewhere -I protos", problems.All()[0].Fix)
		return count
	}
	few := lookups(20)
	require.NotZero(t, few)
	assert.LessOrEqual(t, lookups(40), 2*few)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}
