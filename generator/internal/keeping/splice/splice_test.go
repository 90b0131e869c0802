package splice_test

import (
	"go/format"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

func TestImports(t *testing.T) {
	for name, c := range map[string]struct {
		src    string
		add    []splice.Import
		remove []string
		want   string
	}{
		"behind what sorts before it": {
			"package p\n\nimport (\n\t\"context\" // ours\n\n\t\"google.golang.org/grpc/codes\"\n\t\"google.golang.org/grpc/status\"\n\n\t\"example.com/a/b\"\n)\n",
			[]splice.Import{{Path: "errors"}, {Path: "google.golang.org/grpc"}, {Name: "x", Path: "example.com/a/c"}}, nil,
			"package p\n\nimport (\n\t\"context\" // ours\n\t\"errors\"\n\n\t\"google.golang.org/grpc\"\n\t\"google.golang.org/grpc/codes\"\n\t\"google.golang.org/grpc/status\"\n\n\t\"example.com/a/b\"\n\tx \"example.com/a/c\"\n)\n",
		},
		"none so far": {
			"// Package p is p.\npackage p // p\n\nvar x int\n", []splice.Import{{Path: "example.com/a"}, {Path: "errors"}}, nil,
			"// Package p is p.\npackage p // p\n\nimport (\n\t\"errors\"\n\n\t\"example.com/a\"\n)\n\nvar x int\n",
		},
		"cgo alone": {
			"package p\n\n// #include <stdio.h>\nimport \"C\"\n", []splice.Import{{Path: "errors"}}, nil,
			"package p\n\n// #include <stdio.h>\nimport \"C\"\n\nimport (\n\t\"errors\"\n)\n",
		},
		"a whole group goes": {
			"package p\n\nimport (\n\t\"context\"\n\n\t\"example.com/a\"\n\t\"example.com/b\"\n\n\t\"example.org/c\"\n)\n", nil,
			[]string{"example.com/a", "example.com/b"},
			"package p\n\nimport (\n\t\"context\"\n\n\t\"example.org/c\"\n)\n",
		},
		"comments stay": {
			"package p\n\nimport (\n\t\"context\"\n\n\t// a comment\n\t\"example.com/a\" // another\n\t\"example.com/b\"\n)\n\nimport (\n\t\"example.com/c\" // third\n)\n", nil,
			[]string{"example.com/a", "example.com/b", "example.com/c"},
			"package p\n\nimport (\n\t\"context\"\n\n\t// a comment\n\t // another\n)\n\nimport (\n\t // third\n)\n",
		},
		"the first group, and the last": {
			"package p\n\nimport (\n\t\"context\"\n\n\t\"example.com/a\"\n\n\t\"example.org/c\"\n)\n", nil,
			[]string{"context", "example.org/c"},
			"package p\n\nimport (\n\t\"example.com/a\"\n)\n",
		},
		"one beside another that goes": {
			"package p\n\nimport (\n\t\"context\"\n\n\t\"example.com/a\" // ours\n\t\"example.com/c\"\n)\n",
			[]splice.Import{{Path: "example.com/b"}, {Path: "example.com/d"}}, []string{"example.com/a", "example.com/c"},
			"package p\n\nimport (\n\t\"context\"\n\n\t // ours\n\t\"example.com/b\"\n\t\"example.com/d\"\n)\n",
		},
		"groups that share a blank line": {
			"package p\n\nimport (\n\t// a comment\n\t\"context\"\n\n\t\"example.com/a\"\n\n\t\"example.org/c\"\n)\n", nil,
			[]string{"context", "example.com/a", "example.org/c"},
			"package p\n\nimport (\n\t// a comment\n\n)\n",
		},
		"all of a block": {
			"package p\n\nimport (\n\t\"context\"\n)\n\nimport \"errors\"\n", nil, []string{"context", "errors"},
			"package p\n\n\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				src := []byte(strings.ReplaceAll(c.src, "\n", end))
				file, err := splice.Parse("p.go", src)
				require.NoError(t, err)
				got, err := file.ChangeImports(c.add, func(i splice.Import) bool { return slices.Contains(c.remove, i.Path) })
				require.NoError(t, err)
				assert.Equal(t, strings.ReplaceAll(c.want, "\n", end), string(got))
				_, err = format.Source(got)
				assert.NoError(t, err)
			}
		})
	}
}

func TestApplyLeavesTheRestAlone(t *testing.T) {
	src := []byte("a\r\nbb\r\n")
	got := splice.Apply(src, []splice.Edit{{Start: 5, End: 5, New: "\nx\n"}, {Start: 3, End: 5, New: "B"}, {Start: 0, End: 0, New: ">"}})
	assert.Equal(t, ">a\r\nB\r\nx\r\n\r\n", string(got))
	assert.Equal(t, "a\r\nbb\r\n", string(src), "the source stays as it is")
}

func TestPackageName(t *testing.T) {
	for path, want := range map[string]string{"context": "context", "example.com/orders/v1": "orders", "example.com/v1beta": "v1beta"} {
		assert.Equal(t, want, splice.PackageName(path))
	}
}
