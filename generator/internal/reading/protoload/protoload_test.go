package protoload_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// TestCases runs every testdata/*.txtar: the files are written to a folder, the line "args: ..." of the comment is
// loaded there, and the file "want" holds the problems and the set that come of it.
func TestCases(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			opts := optionsOf(t, archive)
			opts.View = disk.From(t.TempDir())
			want := writeFiles(t, opts.View.Dir(), archive)
			got := describe(t, opts)
			if updating() {
				if got != want {
					saveWant(t, file, archive, got)
					t.Error("updated")
				}
				return
			}
			assert.Equal(t, want, got)
		})
	}
}

func updating() bool { return flag.Lookup("update").Value.(flag.Getter).Get().(bool) }

// optionsOf reads the line "args: [-I dir]... file..." of the comment.
func optionsOf(t *testing.T, archive *txtar.Archive) protoload.Options {
	t.Helper()
	var opts protoload.Options
	_, args, ok := strings.Cut(string(archive.Comment), "args:")
	require.True(t, ok, "the comment needs a line args:")
	fields := strings.Fields(args)
	for i := 0; i < len(fields); i++ {
		if fields[i] == "-I" {
			i++
			opts.ImportPaths = append(opts.ImportPaths, fields[i])
			continue
		}
		opts.Files = append(opts.Files, fields[i])
	}
	return opts
}

// writeFiles writes the archive below dir, without the file "want", which it returns.
func writeFiles(t *testing.T, dir string, archive *txtar.Archive) (want string) {
	t.Helper()
	for _, file := range archive.Files {
		if file.Name == "want" {
			want = string(file.Data)
			continue
		}
		writeFile(t, filepath.Join(dir, file.Name), string(file.Data))
	}
	return want
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// describe loads and prints the problems and, if there is one, the set.
func describe(t *testing.T, opts protoload.Options) string {
	t.Helper()
	set, problems := protoload.Load(context.Background(), opts)
	require.Equal(t, problems.HasErrors(), set == nil, "a set or an error, never both and never neither")
	var out bytes.Buffer
	require.NoError(t, diag.Print(&out, diag.Text, problems.All()))
	assert.NotContains(t, out.String(), opts.View.Dir(), "paths below the working directory are shown relative to it")
	if set == nil {
		return out.String()
	}
	fmt.Fprintf(&out, "import paths: %s\n", strings.Join(set.ImportPaths, " "))
	fmt.Fprintf(&out, "targets: %s\n", strings.Join(set.Targets, " "))
	for _, file := range set.Files {
		from := "msgen"
		if source, ok := set.Source(file.GetName()); ok {
			from = source.Path
			require.NotEmpty(t, source.Bytes)
			require.NotEmpty(t, file.GetSourceCodeInfo().GetLocation(), file.GetName())
		}
		fmt.Fprintf(&out, "file: %s from %s\n", file.GetName(), from)
	}
	return out.String()
}

func saveWant(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
	require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
}
