package state_test

import (
	"encoding/json"
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
		Inputs: state.Inputs{
			Protos: []string{"../proto/a&b.proto"}, ImportPaths: []string{".."}, Policy: "policy.yaml", Root: "example.com/a",
			Plugin:       &state.Plugin{Compiler: state.Buf, Dir: "..", Stubs: true},
			Dependencies: []state.Dependency{{Name: "b", Proto: state.Source{Written: "b.proto", Path: "proto/b.proto"}}},
			OthersProtos: []string{"b.proto"},
			Sums:         map[string]string{"a&b.proto": state.Sum(nil), "known.proto": ""},
		},
		Handlers: map[string]string{"a.v1.A": "a"},
		Stubs:    map[string]string{"example.com/other": "gen/other"},
		Files: map[string]state.Entry{
			"go.mod":    {Owner: state.Merged, Sum: state.Sum([]byte("module m\n"))},
			"README.md": {Owner: state.Yours, Sum: state.Sum(nil), Deleted: true},
		},
	}
	data, err := s.Encode()
	require.NoError(t, err)
	none, module := state.Sum(nil), state.Sum([]byte("module m\n"))
	want := `"protos": ["../proto/a&b.proto"],
"importPaths": [".."],
"policy": "policy.yaml",
"root": "example.com/a",
"plugin": {"compiler":"buf","dir":"..","stubs":true},
"dependencies": [{"name":"b","proto":{"written":"b.proto","path":"proto/b.proto"}}],
"calleeProtos": ["b.proto"],
"input a&b.proto": "` + none + `",
"input known.proto": "",
"handlers a.v1.A": "a",
"stubs example.com/other": "gen/other",
"file README.md": {"owner":"yours","sha256":"` + none + `","deleted":true},
"file go.mod": {"owner":"merged","sha256":"` + module + `"},
`
	assert.Equal(t, "{\n"+want+`"seal": "`+state.Sum([]byte(want))+"\",\n\"format\": 2\n}\n", string(data))
	assert.True(t, json.Valid(data), "other programs may read it")

	for name, text := range map[string]string{"as written": string(data), "on Windows": strings.ReplaceAll(string(data), "\n", "\r\n")} {
		got, err := state.Read(tree(map[string]string{state.Path: text, state.VersionPath: "v1.2.3\n"}))
		require.NoError(t, err)
		assert.Equal(t, s, got, name)
	}
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
		"empty":           {"", ".msgen/state.json:1:1: not readable as msgen's state: unexpected end of JSON input; restore"},
		"half a conflict": {"{\n<<<<<<< HEAD\n", ".msgen/state.json:2:1: not readable as msgen's state: invalid character '<'"},
		"wrong type":      {"{\"format\": 1,\n \"files\": 3}", ".msgen/state.json:2:11: files cannot be a JSON number; restore"},
		"a list":          {"[]", ".msgen/state.json:1:1: the state cannot be a JSON array"},
		"no format":       {`{}`, `.msgen/state.json: unknown state format: found "0", want 1 to 2; restore`},
		"newer format":    {`{"format": 3, "files": []}`, `.msgen/state.json: written by msgen v9.0.0 in state format 3: want format 2 or older; use that version or a newer one`},
		"unknown key":     {"{\n\"files x\": 3,\n\"format\": 2\n}", `.msgen/state.json:2:12: "files x" is not a key of msgen's; restore`},
		"wrong value":     {"{\n\"root\": 3,\n\"format\": 2\n}", `.msgen/state.json:2:9: "root" cannot be a JSON number; restore`},
		"line outside":    {`{"file ../x": {"owner": "yours", "sha256": "` + sum + `"}, "format": 2}`, `path of an emitted file: found "../x"`},
		"line's sum":      {`{"file x": {"owner": "yours", "sha256": "1"}, "file x": {"owner": "yours", "sha256": "2"}, "format": 2}`, `sha256 of x: found "2"`},
		"outside":         {entry("../x", "yours", sum), `.msgen/state.json: path of an emitted file: found "../x", want a path inside the tree`},
		"own memory":      {entry(".msgen/version", "yours", sum), `found ".msgen/version", want a path inside the tree and outside .msgen`},
		"owner":           {entry("x", "mine", sum), `owner of x: found "mine", want generated, merged or yours`},
		"sum":             {entry("x", "yours", "abc"), `sha256 of x: found "abc", want 64 hexadecimal digits`},
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
