package treefiles_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/making/treefiles"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

func TestWithAttributes(t *testing.T) {
	made := &treefiles.Output{
		Files: []state.File{
			{Path: "internal/server/server.go", Owner: state.Generated}, {Path: "Makefile", Owner: state.Merged},
			{Path: "README.md", Owner: state.Yours}, {Path: "go.mod", Owner: state.Merged}, {Path: "go.sum", Owner: state.Merged},
			{Path: "gen/a/a.pb.go", Owner: state.Generated}, {Path: "gen/b/b.pb.go", Owner: state.Generated},
			{Path: `api/odd "name".pb.go`, Owner: state.Generated},
		},
	}
	files := treefiles.WithAttributes(made).Files
	got := files[len(files)-1]
	assert.Equal(t, ".gitattributes", got.Path)
	assert.Equal(t, state.Merged, got.Owner)
	var lines []string
	for line := range strings.Lines(string(got.Content)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	const generated = " linguist-generated -merge eol=lf\n"
	assert.Equal(t, []string{
		"/.gitattributes merge=union\n", "/.msgen/** linguist-generated merge=union eol=lf\n",
		`"/api/odd \"name\".pb.go"` + generated, "/gen/**" + generated, "/go.sum merge=union\n", "/internal/server/server.go" + generated,
	}, lines)

	foreign := treefiles.WithAttributes(&treefiles.Output{Stubs: []state.File{{Path: "gen/a/a.pb.go", Owner: state.Generated}}})
	assert.Contains(t, string(foreign.Files[0].Content), "/gen/**"+generated, "stubs of other plugins are generated too")
}
