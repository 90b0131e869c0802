package protoload_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// BenchmarkLoad loads files of ten messages and ten RPCs each, of which every one imports the one before.
func BenchmarkLoad(b *testing.B) {
	for _, files := range []int{1, 100} {
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			dir := b.TempDir()
			var opts protoload.Options
			for i := range files {
				opts.Files = append(opts.Files, fmt.Sprintf("p%d.proto", i))
				require.NoError(b, os.WriteFile(filepath.Join(dir, opts.Files[i]), []byte(benchmarkProto(i)), 0o644))
			}
			b.ReportAllocs()
			for b.Loop() {
				opts.View = disk.From(dir)
				set, problems := protoload.Load(context.Background(), opts)
				require.NotNil(b, set, problems.Err())
			}
		})
	}
}

func benchmarkProto(number int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "syntax = \"proto3\";\npackage p%d;\n", number)
	text.WriteString("import \"google/protobuf/timestamp.proto\";\nimport \"google/api/annotations.proto\";\n")
	if number > 0 {
		fmt.Fprintf(&text, "import \"p%d.proto\";\n", number-1)
		fmt.Fprintf(&text, "message Before { p%d.M0 m = 1; }\n", number-1)
	}
	for i := range 10 {
		fmt.Fprintf(&text, "// M%d is a message.\nmessage M%d {\n  string id = 1;\n  google.protobuf.Timestamp at = 2;\n  repeated int64 n = 3;\n}\n", i, i)
	}
	text.WriteString("service S {\n")
	for i := range 10 {
		fmt.Fprintf(&text, "  // A%d is an RPC.\n  rpc A%d(M%d) returns (M%d) { option (google.api.http) = { get: \"/a\" }; }\n", i, i, i, i)
	}
	text.WriteString("}\n")
	return text.String()
}
