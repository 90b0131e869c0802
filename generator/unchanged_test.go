package generator

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUnchanged holds the shortcut of an unchanged run to the whole pipeline: after each of many changes to the inputs
// and to the tree, the two plan the same.
func TestUnchanged(t *testing.T) {
	t.Chdir(t.TempDir())
	protos := map[string]string{
		"in/a.proto":      "syntax = \"proto3\";\npackage a.v1;\nimport \"b.proto\";\nimport \"google/type/date.proto\";\nservice A { rpc Get(B) returns (google.type.Date); }\n",
		"more/b.proto":    "syntax = \"proto3\";\npackage a.v1;\nmessage B {}\n",
		"in/policy.yaml":  "version: v1\n",
		"in/unused.proto": "syntax = \"proto3\";\n",
	}
	opts := Options{Protos: []string{"in/a.proto"}, ImportPaths: []string{"in", "more"}, Out: "out", Version: "v1.2.3"}
	changes := map[string]struct {
		change  func()
		noticed bool // the shortcut must not be taken
	}{
		"nothing":                {func() {}, false},
		"unused proto":           {func() { put(t, "in/unused.proto", "syntax = \"proto2\";\n") }, false},
		"handler edited":         {func() { edit(t, "out/internal/a/a.go", "nil, status", "mine(), status") }, false},
		"handler without method": {func() { put(t, "out/internal/a/a.go", "package a\n") }, true},
		"method removed":         {func() { edit(t, "out/internal/a/a.go", ") Get(", ") Got(") }, true},
		"target edited":          {func() { put(t, "in/a.proto", protos["in/a.proto"]+"// more\n") }, true},
		"import edited":          {func() { put(t, "more/b.proto", protos["more/b.proto"]+"message C {}\n") }, true},
		"import shadowed":        {func() { put(t, "in/b.proto", protos["more/b.proto"]+"message D {}\n") }, true},
		"own copy of linked":     {func() { put(t, "more/google/type/date.proto", "") }, true},
		"import removed":         {func() { require.NoError(t, os.Remove("more/b.proto")) }, true},
		"policy edited":          {func() { put(t, "in/policy.yaml", "version: v1\nservice: {name: x}\n") }, true},
		"policy removed":         {func() { require.NoError(t, os.Remove("in/policy.yaml")) }, true},
		"generated edited":       {func() { put(t, "out/client/client.go", "package client\n") }, true},
		"generated removed":      {func() { require.NoError(t, os.Remove("out/client/client.go")) }, true},
		"handler removed":        {func() { require.NoError(t, os.Remove("out/internal/a/a.go")) }, true},
		"module renamed":         {func() { put(t, "out/go.mod", "module example.com/other\n") }, true},
		"base of a merge lost":   {func() { require.NoError(t, os.RemoveAll("out/.msgen/base")) }, true},
		"another order of roots": {func() { opts.ImportPaths = []string{"more", "in"} }, false},
		"another msgen":          {func() { opts.Version = "v1.2.4" }, true},
		"an unreleased msgen":    {func() { opts.Version = Unreleased }, true},
	}
	for name, tc := range changes {
		t.Run(name, func(t *testing.T) {
			for _, dir := range []string{"in", "more", "out"} {
				require.NoError(t, os.RemoveAll(dir))
			}
			for path, text := range protos {
				put(t, path, text)
			}
			before := opts
			defer func() { opts = before }()
			first, err := Plan(context.Background(), opts)
			require.NoError(t, err)
			require.NoError(t, performed(first))

			tc.change()
			quick, quickErr := Plan(context.Background(), opts)
			full := opts
			full.Full = true
			slow, slowErr := Plan(context.Background(), full)
			require.Equal(t, slowErr, quickErr)
			if slowErr != nil {
				assert.True(t, tc.noticed)
				return
			}
			assert.Equal(t, slow.Changes(), quick.Changes())
			assert.Equal(t, tc.noticed, len(quick.plan.Memory) > 0, "only the whole pipeline has memory to write")
			if !tc.noticed {
				before := diskFiles(t, "out")
				require.NoError(t, performed(quick))
				assert.Equal(t, before, diskFiles(t, "out"))
			}
		})
	}
}

func put(t testing.TB, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
}

// edit replaces text that the file holds.
func edit(t testing.TB, name, old, text string) {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Contains(t, string(content), old)
	put(t, name, strings.ReplaceAll(string(content), old, text))
}

// diskFiles is every file below dir with its content and the time of its last change.
func diskFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(name)
		files[name] = info.ModTime().String() + string(content)
		return err
	}))
	return files
}
