package merge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
)

const makefile = "GO ?= go\n\n.DEFAULT_GOAL := help\n.PHONY: help build\n\nhelp: ## list\n\t@awk\n\nbuild: main.go ## build\n\t$(GO) build\n"

func TestAdopt(t *testing.T) {
	for name, c := range map[string]struct{ file, mine, theirs, want, why string }{
		"lines that are not there":      {".gitignore", "/out\n/bin/\n", "/bin/\n*.test\n", "/out\n/bin/\n*.test\n", ""},
		"patterns that bring back":      {"a/.dockerignore", "*\n!go.mod\n", ".git\nbin\n", ".git\nbin\n*\n!go.mod\n", ""},
		"an empty file":                 {".gitattributes", "", "gen/** -merge\n", "gen/** -merge\n", ""},
		"no target in both":             {"Makefile", "VAR := 1\nall: deploy # first\n\ndeploy:\n\tkubectl\n", makefile, "VAR := 1\nall: deploy # first\n\ndeploy:\n\tkubectl\n\nGO ?= go\n\n.PHONY: help build\n\nhelp: ## list\n\t@awk\n\nbuild: main.go ## build\n\t$(GO) build\n", ""},
		"targets in both":               {"Makefile", ".PHONY: all\nall build: x\n\tgo build\n\nhelp::\n\techo\n", makefile, "", "has targets of the same names: help, build"},
		"nothing but variables":         {"Makefile", "help := 1\nbuild = 2\n", makefile, "help := 1\nbuild = 2\n\n" + makefile, ""},
		"what no rule is known for":     {"Dockerfile", "FROM scratch\n", "FROM golang\n", "", ""},
		"an environment of a container": {"Dockerfile.dockerignore", "bin\n", "bin\n", "bin\n", ""},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			mine := strings.ReplaceAll(c.mine, "\n", end)
			content, why, ok := merge.Adopt(c.file, []byte(mine), []byte(c.theirs))
			assert.Equal(t, c.want != "", ok, name)
			assert.Equal(t, c.why, why, name)
			if c.mine != "" {
				assert.Equal(t, strings.ReplaceAll(c.want, "\n", end), string(content), name)
			}
		}
	}
}

// TestAdoptedFilesMerge: what msgen adds to its own text later comes in, and what it drops goes.
func TestAdoptedFilesMerge(t *testing.T) {
	withImage := strings.Replace(makefile, "help build\n", "help build image\n", 1) + "\nimage: ## build it\n\tdocker\n"
	for file, c := range map[string]struct{ mine, was, now, want string }{
		".gitignore": {"/out\n", "/bin/\n*.test\n", "/bin/\n*.prof\n", "/out\n/bin/\n*.prof\n"},
		"Makefile": {"all:\n\ttrue\n", makefile, withImage,
			"all:\n\ttrue\n\n" + strings.Replace(withImage, ".DEFAULT_GOAL := help\n", "", 1)},
	} {
		adopted, _, ok := merge.Adopt(file, []byte(c.mine), []byte(c.was))
		require.True(t, ok)
		result := merge.File(file, []byte(c.was), adopted, []byte(c.now), nil)
		assert.Empty(t, result.Conflicts)
		assert.Equal(t, c.want, string(result.Content))
	}
}
