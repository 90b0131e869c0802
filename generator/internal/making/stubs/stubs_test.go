package stubs

import (
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/pluginpb"

	// For linkedFiles.
	_ "cloud.google.com/go/longrunning/autogen/longrunningpb"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/api/serviceconfig"
	_ "google.golang.org/genproto/googleapis/rpc/context/attribute_context"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/type/money"
	_ "google.golang.org/grpc/balancer/grpclb/grpc_lb_v1"
	_ "google.golang.org/grpc/binarylog/grpc_binarylog_v1"
	_ "google.golang.org/grpc/channelz/grpc_channelz_v1"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	_ "google.golang.org/grpc/interop/grpc_testing"
	_ "google.golang.org/grpc/reflection/grpc_reflection_v1"
	_ "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
)

func TestSameAsUpstream(t *testing.T) {
	plugins := buildUpstream(t)
	t.Run("testdata", func(t *testing.T) {
		plugins.requireSame(t, testdata(t))
	})
	t.Run("linked into the test", func(t *testing.T) {
		request := request(linkedFiles())
		require.Greater(t, len(request.FileToGenerate), 50)
		for _, file := range request.ProtoFile {
			if file.GetOptions().GetGoPackage() == "" {
				parameter := request.GetParameter() + ",M" + file.GetName() + "=example.com/" + path.Dir(file.GetName())
				request.Parameter = new(parameter)
			}
		}
		require.NotEmpty(t, request.GetParameter())
		plugins.requireSame(t, request)
	})
	t.Run("protobuf's own tests", func(t *testing.T) {
		root := moduleDir(t, "google.golang.org/protobuf")
		resolver := &protocompile.SourceResolver{ImportPaths: []string{root}}
		folders := map[string][]string{}
		for _, tests := range []string{"internal/testprotos", "cmd/protoc-gen-go/testdata"} {
			for _, file := range protosBelow(t, root, filepath.Join(root, tests)) {
				if !refused.MatchString(file) {
					folders[path.Dir(file)] = append(folders[path.Dir(file)], file)
				}
			}
		}
		require.GreaterOrEqual(t, len(folders), 60)
		for folder, files := range folders {
			t.Run(folder, func(t *testing.T) { plugins.requireSame(t, compile(t, resolver, files...)) })
		}
	})
}

// refused matches the protos of protobuf's own tests that cannot be compared: protocompile takes no edition 2024,
// protoc-gen-go takes no message sets and no file without a go_package, and it knows a field to be tracked only by an
// option of which it has no definition.
var refused = regexp.MustCompile(`/(enumprefix|features|import_option\w*|visibility|test_(nopackage|option)\.proto)` +
	`|/(messageset|lazy|textpb2|textpbeditions|extensions/base|extensions/ext)/` +
	`|/nopackage/|/fieldtrack/`)

// linkedFiles returns the descriptors of every proto whose stubs the test imports.
func linkedFiles() []protoreflect.FileDescriptor {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		files = append(files, file)
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return strings.Compare(a.Path(), b.Path()) })
	return files
}

// testdata is the request for every proto below testdata.
func testdata(t *testing.T) *pluginpb.CodeGeneratorRequest {
	t.Helper()
	resolver := &protocompile.SourceResolver{ImportPaths: []string{"testdata"}}
	return compile(t, resolver, protosBelow(t, "testdata", "testdata")...)
}

// sources is the request for protos given by path and text.
func sources(t *testing.T, files map[string]string) *pluginpb.CodeGeneratorRequest {
	t.Helper()
	resolver := &protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(files)}
	var paths []string
	for name := range files {
		paths = append(paths, name)
	}
	slices.Sort(paths)
	return compile(t, resolver, paths...)
}

func newPlugin(t *testing.T, request *pluginpb.CodeGeneratorRequest) *protogen.Plugin {
	t.Helper()
	gen, err := protogen.Options{}.New(request)
	require.NoError(t, err)
	return gen
}

const smallProto = `syntax = "proto3";
option go_package = "example.com/small";
service Small { rpc Get(Message) returns (Message); }
message Message {}
`

func TestFilesInOrder(t *testing.T) {
	request := sources(t, map[string]string{
		"b.proto": smallProto,
		"a.proto": `syntax = "proto3"; import "b.proto"; option go_package = "example.com/other"; message Other { Message m = 1; }`,
	})
	files, err := Generate(newPlugin(t, request))
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	assert.Equal(t, []string{"example.com/small/b.pb.go", "example.com/small/b_grpc.pb.go", "example.com/other/a.pb.go"}, names)
}

func TestOnlyMarkedFiles(t *testing.T) {
	request := sources(t, map[string]string{"small.proto": smallProto})
	gen := newPlugin(t, request)
	gen.Files[0].Generate = false
	files, err := Generate(gen)
	require.NoError(t, err)
	assert.Empty(t, files)
}

// The plugin's request may name a compiler, whose version upstream writes into the header; and its caller may go on to
// use the plugin.
func TestPluginIsLeftAlone(t *testing.T) {
	request := testdata(t)
	want, err := Generate(newPlugin(t, request))
	require.NoError(t, err)

	request = proto.CloneOf(request)
	request.CompilerVersion = &pluginpb.Version{Major: new(int32(31)), Minor: new(int32(1))}
	gen := newPlugin(t, request)
	own := gen.NewGeneratedFile("own.txt", "example.com/own")
	own.P("own")
	got, err := Generate(gen)
	require.NoError(t, err)
	require.Equal(t, want, got)

	response := gen.Response()
	require.Empty(t, response.GetError())
	require.Len(t, response.File, 1)
	assert.Equal(t, "own.txt", response.File[0].GetName())
	assert.Equal(t, request, gen.Request)
}

// A hybrid file's second stub is found in the plugin's response, whose names this parameter shortens.
func TestModuleParameter(t *testing.T) {
	request := compile(t, &protocompile.SourceResolver{ImportPaths: []string{"testdata"}}, "hybrid.proto")
	want, err := Generate(newPlugin(t, request))
	require.NoError(t, err)
	require.Len(t, want, 3)
	request.Parameter = new("module=example.com/stubs")
	got, err := Generate(newPlugin(t, request))
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	request := testdata(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want, err := Generate(newPlugin(t, request))
	require.NoError(t, err)
	for _, processors := range []int{2, 8} {
		runtime.GOMAXPROCS(processors)
		got, err := Generate(newPlugin(t, request))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// Upstream pastes the path between quotation marks and then cannot parse what it wrote.
func TestPathIsQuoted(t *testing.T) {
	files, err := Generate(newPlugin(t, sources(t, map[string]string{`say "hi".proto`: smallProto})))
	require.NoError(t, err)
	stub := files[1]
	_, err = parser.ParseFile(token.NewFileSet(), stub.Name, stub.Content, 0)
	require.NoError(t, err)
	assert.Contains(t, string(stub.Content), `Metadata: "say \"hi\".proto",`)
}

func TestCommentThatIsNotGo(t *testing.T) {
	const mark = "\ufeff" // in Go, a byte order mark may stand at the beginning of a file only
	for name, text := range map[string]string{
		"header":  "// A" + mark + ".\n" + smallProto,
		"service": strings.Replace(smallProto, "service", "// A"+mark+".\nservice", 1),
		"message": strings.Replace(smallProto, "message", "// A"+mark+".\nmessage", 1),
	} {
		t.Run(name, func(t *testing.T) {
			files, err := Generate(newPlugin(t, sources(t, map[string]string{"small.proto": text})))
			require.ErrorContains(t, err, "example.com/small/small")
			require.ErrorContains(t, err, "illegal byte order mark")
			assert.NotContains(t, err.Error(), "\n")
			assert.Nil(t, files)
		})
	}
}
