package stubs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/pluginpb"
)

// serviceOf returns the request for a proto with one service of n commented RPCs, each with messages of its own.
func serviceOf(tb testing.TB, n int) *pluginpb.CodeGeneratorRequest {
	tb.Helper()
	var rpcs, messages strings.Builder
	for i := range n {
		fmt.Fprintf(&rpcs, "  // Call%[1]d makes the call number %[1]d.\n  rpc Call%[1]d(Call%[1]dRequest) returns (Call%[1]dResponse);\n", i)
		fmt.Fprintf(&messages, "// Call%[1]dRequest asks.\nmessage Call%[1]dRequest {\n  string id = 1;\n  int32 size = 2;\n}\n\n"+
			"// Call%[1]dResponse answers.\nmessage Call%[1]dResponse {\n  string id = 1;\n  repeated string tags = 2;\n}\n\n", i)
	}
	source := "syntax = \"proto3\";\npackage bench;\noption go_package = \"example.com/bench\";\n\n" +
		"service Bench {\n" + rpcs.String() + "}\n\n" + messages.String()
	resolver := &protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(map[string]string{"bench.proto": source})}
	return compile(tb, resolver, "bench.proto")
}

// BenchmarkGenerate measures Generate alone; BenchmarkUpstream what it replaces: both plugins as processes.
func BenchmarkGenerate(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("rpcs=%d", n), func(b *testing.B) {
			request := serviceOf(b, n)
			for b.Loop() {
				gen, err := protogen.Options{}.New(request)
				require.NoError(b, err)
				_, err = Generate(gen)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkUpstream(b *testing.B) {
	plugins := buildUpstream(b)
	for _, n := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("rpcs=%d", n), func(b *testing.B) {
			request := serviceOf(b, n)
			for b.Loop() {
				plugins.generate(b, "protoc-gen-go", request)
				plugins.generate(b, "protoc-gen-go-grpc", request)
			}
		})
	}
}
