package protobreak_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/keeping/protobreak"
)

var update = flag.Bool("update", false, "rewrite what is wanted; the run ends red")

// TestFind runs the cases of testdata: was/... and now/... are protos, and want is a line for each change: its place, what
// it is, what it breaks, and buf's rules.
func TestFind(t *testing.T) {
	for name, archive := range cases(t) {
		t.Run(name, func(t *testing.T) {
			got := &txtar.Archive{Comment: archive.Comment}
			for _, file := range archive.Files {
				if file.Name != "want" {
					got.Files = append(got.Files, file)
				}
			}
			got.Files = append(got.Files, txtar.File{Name: "want", Data: []byte(told(changes(t, archive)))})
			want := string(txtar.Format(archive))
			if string(txtar.Format(got)) != want && *update {
				require.NoError(t, os.WriteFile(filepath.Join("testdata", name+".txtar"), txtar.Format(got), 0o644))
			}
			assert.Equal(t, want, string(txtar.Format(got)))
		})
	}
}

func cases(t *testing.T) map[string]*txtar.Archive {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out := map[string]*txtar.Archive{}
	for _, file := range files {
		out[strings.TrimSuffix(filepath.Base(file), ".txtar")], err = txtar.ParseFile(file)
		require.NoError(t, err)
	}
	return out
}

func changes(t *testing.T, archive *txtar.Archive) []protobreak.Change {
	t.Helper()
	var was descriptorpb.FileDescriptorSet
	for _, file := range compile(t, archive, "was/") {
		was.File = append(was.File, protodesc.ToFileDescriptorProto(file))
	}
	found, err := protobreak.Find(&was, compile(t, archive, "now/"))
	require.NoError(t, err)
	return found
}

// compile is the protos of an archive below a prefix.
func compile(t *testing.T, archive *txtar.Archive, prefix string) []protoreflect.FileDescriptor {
	t.Helper()
	sources := map[string]string{}
	var names []string
	for _, file := range archive.Files {
		if name, ok := strings.CutPrefix(file.Name, prefix); ok {
			sources[name] = string(file.Data)
			names = append(names, name)
		}
	}
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(sources)}),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	files, err := compiler.Compile(t.Context(), names...)
	require.NoError(t, err)
	var out []protoreflect.FileDescriptor
	for _, file := range files {
		out = append(out, file)
	}
	return out
}

func told(changes []protobreak.Change) string {
	var b strings.Builder
	for _, change := range changes {
		line := 0
		if change.At != nil {
			line = change.At.ParentFile().SourceLocations().ByDescriptor(change.At).StartLine + 1
		}
		fmt.Fprintf(&b, "%s:%d: %s (%s)\n\t%s\n", change.File, line, change.Message, change.Breaks, strings.Join(change.Rules, " "))
	}
	return b.String()
}

func TestASetThatDoesNotLink(t *testing.T) {
	name := "a.proto"
	_, err := protobreak.Find(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{{Name: &name}, {Name: &name}}}, nil)
	assert.ErrorContains(t, err, "the protos of the last run")
}
