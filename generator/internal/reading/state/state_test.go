package state_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

func tree(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for path, text := range files {
		fsys[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestEncodeIsReadBack(t *testing.T) {
	s := &state.State{
		Version: "v1.2.3",
		Inputs:  state.Inputs{Protos: []string{"../proto/a&b.proto"}, ImportPaths: []string{".."}, Policy: "policy.yaml"},
		Files: map[string]state.Entry{
			"go.mod":    {Owner: state.Merged, Sum: state.Sum([]byte("module m\n"))},
			"README.md": {Owner: state.Yours, Sum: state.Sum(nil), Deleted: true},
		},
	}
	data, err := s.Encode()
	require.NoError(t, err)
	assert.Equal(t, `{
  "format": 1,
  "inputs": {
    "protos": [
      "../proto/a&b.proto"
    ],
    "importPaths": [
      ".."
    ],
    "policy": "policy.yaml"
  },
  "files": {
    "README.md": {
      "owner": "yours",
      "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "deleted": true
    },
    "go.mod": {
      "owner": "merged",
      "sha256": "`+state.Sum([]byte("module m\n"))+`"
    }
  }
}
`, string(data))

	got, err := state.Read(tree(map[string]string{state.Path: string(data), state.VersionPath: "v1.2.3\n"}))
	require.NoError(t, err)
	assert.Equal(t, s, got)
}

func TestReadOfAnUnknownTreeIsTheZeroState(t *testing.T) {
	got, err := state.Read(fstest.MapFS{})
	require.NoError(t, err)
	assert.Equal(t, &state.State{}, got)
}

func TestReadPositionsWhatItCannotUnderstand(t *testing.T) {
	entry := func(path, owner, sum string) string {
		return `{"format": 1, "files": {"` + path + `": {"owner": "` + owner + `", "sha256": "` + sum + `"}}}`
	}
	sum := state.Sum(nil)
	for name, c := range map[string]struct{ json, want string }{
		"empty":        {"", ".msgen/state.json:1:1: not readable as msgen's state: unexpected end of JSON input; restore"},
		"merge marker": {"{\n<<<<<<< HEAD\n", ".msgen/state.json:2:1: not readable as msgen's state: invalid character '<'"},
		"wrong type":   {"{\"format\": 1,\n \"files\": 3}", ".msgen/state.json:2:11: files cannot be a JSON number; restore"},
		"a list":       {"[]", ".msgen/state.json:1:1: the state cannot be a JSON array"},
		"no format":    {`{}`, `.msgen/state.json: unknown state format: found "0", want 1 to 1; restore`},
		"newer format": {`{"format": 2, "files": []}`, `.msgen/state.json: written by msgen v9.0.0 in state format 2: want format 1 or older; use that version or a newer one`},
		"outside":      {entry("../x", "yours", sum), `.msgen/state.json: path of an emitted file: found "../x", want a path inside the tree`},
		"own memory":   {entry(".msgen/version", "yours", sum), `found ".msgen/version", want a path inside the tree and outside .msgen`},
		"owner":        {entry("x", "mine", sum), `owner of x: found "mine", want generated, merged or yours`},
		"sum":          {entry("x", "yours", "abc"), `sha256 of x: found "abc", want 64 hexadecimal digits`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := state.Read(tree(map[string]string{state.Path: c.json, state.VersionPath: "v9.0.0"}))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func TestReadOfANewerFormatWithoutAVersion(t *testing.T) {
	_, err := state.Read(tree(map[string]string{state.Path: `{"format": 7}`}))
	require.Error(t, err)
	assert.True(t, strings.HasSuffix(err.Error(), "use the msgen that wrote this tree"), err)
}
