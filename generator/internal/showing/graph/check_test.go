package graph_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/showing/graph"
)

var update = flag.Bool("update", false, "rewrite the problems of the cases; the run ends red")

// TestCases has, for each check, systems that trigger it, that narrowly do not, and that waive it. A case is a txtar
// archive of pairs: a system, and the problems that it has.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	covered := map[string]bool{}
	for _, file := range files {
		check := strings.TrimSuffix(filepath.Base(file), ".txtar")
		covered[check] = true
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		made := &txtar.Archive{Comment: archive.Comment}
		for _, part := range archive.Files {
			if strings.HasSuffix(part.Name, ".problems") {
				continue
			}
			g, waivers := read(t, string(part.Data))
			list := graph.Waive(g.Check(), waivers)
			var problems strings.Builder
			require.NoError(t, diag.Print(&problems, diag.Text, list.All()))
			made.Files = append(made.Files, part, txtar.File{Name: part.Name + ".problems", Data: []byte(problems.String())})
		}
		got, want := string(txtar.Format(made)), string(txtar.Format(archive))
		assert.Equal(t, want, got, check)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
	}
	for _, check := range graph.Checks() {
		assert.True(t, covered[check], "no case for %s", check)
	}
	if *update {
		t.Error("the cases were rewritten: read the diff, and run again without -update")
	}
}
