package protoload_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// FuzzLoad holds that whatever the bytes of a proto are, loading gives either a set that can be encoded or an error
// about that file, at a line that it has.
func FuzzLoad(f *testing.F) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(f, err)
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		for _, file := range archive.Files {
			if filepath.Ext(file.Name) == ".proto" {
				f.Add(file.Data)
			}
		}
	}
	f.Add([]byte(annotated))
	f.Add([]byte("syntax = \"proto3\"; // \xff"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		writeFile(t, filepath.Join(dir, "a.proto"), string(text))
		set, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{"a.proto"}})
		require.Equal(t, problems.HasErrors(), set == nil)
		for _, p := range problems.All() {
			require.Equal(t, "a.proto", p.File, p)
			require.NotContains(t, p.Message, "cannot cope", "the compiler panicked")
			if p.Line == 0 {
				require.Equal(t, diag.Position{File: "a.proto"}, p.Position)
				require.Equal(t, "the file is empty", p.Message)
			}
		}
		if set != nil {
			_, err := proto.Marshal(request(set))
			require.NoError(t, err)
		}
	})
}
