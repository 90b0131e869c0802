package generator

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/generator/diag"
)

// TestSystems checks the system of each testdata/systems/*.txtar. What comes of it stands beside the inputs:
//
//	problems  all that [CheckSystem] finds
//	graph     the graph as text, for the cases that pick it
func TestSystems(t *testing.T) {
	cases, err := filepath.Glob("../testdata/systems/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, file := range cases {
		file, err := filepath.Abs(file) // each case has a working directory of its own
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			got := string(txtar.Format(checkedSystem(t, archive)))
			assert.Equal(t, string(txtar.Format(archive)), got)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
		})
	}
	if *update {
		t.Error("the cases were rewritten: read the diff, and run again without -update")
	}
}

// checkedSystem is the archive as this msgen would have it.
func checkedSystem(t *testing.T, archive *txtar.Archive) *txtar.Archive {
	t.Helper()
	made := &txtar.Archive{Comment: archive.Comment}
	drawn := false
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	for _, file := range archive.Files {
		if file.Name == "problems" || file.Name == "graph" {
			drawn = drawn || file.Name == "graph"
			continue
		}
		made.Files = append(made.Files, file)
		put(t, filepath.Join(dir, filepath.FromSlash(file.Name)), string(file.Data))
	}
	t.Chdir(dir)
	problems, err := CheckSystem(context.Background(), "system.yaml", Options{Version: "test"})
	if failed, ok := errors.AsType[*diag.ListError](err); ok {
		problems, err = failed.Problems(), nil
	}
	require.NoError(t, err)
	made.Files = append(made.Files, txtar.File{Name: "problems", Data: []byte(printed(t, problems))})
	if drawn {
		g, err := GraphSystem(context.Background(), "system.yaml", Options{Version: "test"})
		require.NoError(t, err)
		var text strings.Builder
		require.NoError(t, g.Write(&text, GraphFormats()[0]))
		made.Files = append(made.Files, txtar.File{Name: "graph", Data: []byte(text.String())})
	}
	return made
}
