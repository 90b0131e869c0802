package state_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// TestPathsOfAStranger: what a file system may take for a folder of git's, or for a way out, is none of msgen's.
func TestPathsOfAStranger(t *testing.T) {
	for path, want := range map[string]struct{ emittable, remembered, input bool }{
		"a.go":                          {emittable: true, input: true},
		".github/workflows/a.yaml":      {emittable: true, input: true},
		".gitignore":                    {emittable: true, input: true},
		"gen/x.git/git~x/a.go":          {emittable: true, input: true},
		".msgen/base/go.mod":            {remembered: true, input: true},
		".msgen/state.json":             {remembered: true, input: true},
		".msgen/journal.json":           {input: true},
		".msgen":                        {input: true},
		".MSGEN/state.json":             {input: true},
		".":                             {input: true},
		"..":                            {input: true},
		"../../proto/a.proto":           {input: true},
		"":                              {},
		"/etc/passwd":                   {},
		"a/../b":                        {},
		"../a/../b":                     {},
		"a//b":                          {},
		`a\..\..\b`:                     {},
		"a\x1b[2J":                      {},
		".git/hooks/post-commit":        {},
		"a/.Git/config":                 {},
		".git":                          {},
		".git. /config":                 {},
		".git::$INDEX_ALLOCATION/x":     {},
		"GIT~1/config":                  {},
		".g\u200cit/config":             {},
		".msgen/base/.git/hooks/x":      {},
		"../.git/hooks/post-commit":     {},
		".msgen/base/../../.git/config": {},
	} {
		assert.Equal(t, want.emittable, state.Emittable(path), "emit %q", path)
		assert.Equal(t, want.remembered, state.Remembered(path), "remember %q", path)
		assert.Equal(t, want.input, state.InputPath(path), "read %q", path)
	}
}

// TestReadRefusesWhatLeadsAstray: each value that a run goes by is as msgen itself would record it.
func TestReadRefusesWhatLeadsAstray(t *testing.T) {
	for json, want := range map[string]string{
		`"files": {"x/.GIT/hooks/post-commit": {"owner": "yours", "sha256": "` + state.Sum(nil) + `"}}`: `path of an emitted file: found "x/.GIT/hooks/post-commit"`,
		`"handlers": {"a.B": "../../x"}`:                                            `folder of the handlers of a.B: found "../../x", want a folder below internal/`,
		`"handlers": {"a.B": "/x"}`:                                                 `folder of the handlers of a.B: found "/x"`,
		`"stubs": {"a.com/b": "../x"}`:                                              `folder of the stubs of a.com/b: found "../x", want a folder inside the tree`,
		`"inputs": {"protos": ["/etc/passwd"]}`:                                     `inputs.protos: found "/etc/passwd", want a relative path`,
		`"inputs": {"importPaths": ["a/../../b"]}`:                                  `inputs.importPaths: found "a/../../b"`,
		`"inputs": {"policy": "/p.yaml"}`:                                           `inputs.policy: found "/p.yaml"`,
		`"inputs": {"system": "x/../s.yaml"}`:                                       `inputs.system: found "x/../s.yaml"`,
		`"inputs": {"root": "a\u001b[2J"}`:                                          `inputs.root: found "a\x1b[2J", want text without control characters`,
		`"inputs": {"plugin": {"compiler": "buf", "dir": "/"}}`:                     `inputs.plugin.dir: found "/"`,
		`"inputs": {"plugin": {"compiler": "buf", "command": "a\nb"}}`:              `inputs.plugin.command: found "a\nb"`,
		`"inputs": {"dependencies": [{"name": "d", "proto": {"path": "/x"}}]}`:      `proto of the dependency d: found "/x"`,
		`"inputs": {"dependencies": [{"name": "d", "policy": {"path": "a/../x"}}]}`: `policy of the dependency d: found "a/../x"`,
		`"inputs": {"dependencies": [{"name": "d", "tree": "/x"}]}`:                 `tree of the dependency d: found "/x"`,
	} {
		_, err := state.Read(tree(map[string]string{state.Path: `{"format": 1, ` + json + `}`}))
		require.Error(t, err, json)
		assert.Contains(t, err.Error(), want)
	}
}

func TestReadRefusesAVersionThatIsNoText(t *testing.T) {
	_, err := state.Read(tree(map[string]string{state.Path: `{"format": 1}`, state.VersionPath: "v1\x1b[2J"}))
	require.Error(t, err)
	assert.Contains(t, err.Error(), `.msgen/version: found "v1\x1b[2J", want text without control characters`)
}
