package state_test

import (
	"go/format"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// branch is the state that a run has left on a branch, where the files have some texts.
func branch(t *testing.T, protos []string, texts map[string]string) string {
	t.Helper()
	s := &state.State{Inputs: state.Inputs{Protos: protos, Root: "example.com/a"}, Files: map[string]state.Entry{}}
	for path, text := range texts {
		s.Files[path] = state.Entry{Owner: state.Generated, Sum: state.Sum([]byte(text))}
	}
	data, err := s.Encode()
	require.NoError(t, err)
	return string(data)
}

// both is what git makes of two texts that share their first and last lines: the lines of both, with or without marks.
func both(ours, theirs string, marks bool) string {
	a, b := strings.SplitAfter(ours, "\n"), strings.SplitAfter(theirs, "\n")
	if !marks {
		return a[0] + strings.Join(a[1:len(a)-3], "") + strings.Join(b[1:len(b)-3], "") + strings.Join(a[len(a)-3:], "")
	}
	return a[0] + "<<<<<<< HEAD\n" + strings.Join(a[1:len(a)-2], "") + "||||||| base\n=======\n" +
		strings.Join(b[1:len(b)-2], "") + ">>>>>>> theirs\n" + a[len(a)-2]
}

const older = `{
  "format": 1,
  "inputs": {
    "protos": [
      "b.proto"
    ],
    "root": "example.com/a"
  },
  "files": {
    "both": {
      "owner": "merged",
      "sha256": "THEIRS"
    },
    "theirs": {
      "owner": "generated",
      "sha256": "THEIRS"
    }
  }
}
`

// TestMergedBranches reads what git leaves of two states, in each of the ways in which it can leave them.
func TestMergedBranches(t *testing.T) {
	ours := branch(t, []string{"a.proto"}, map[string]string{"both": "ours", "ours": "ours", "same": "same"})
	theirs := branch(t, []string{"b.proto"}, map[string]string{"both": "theirs", "theirs": "theirs", "same": "same"})
	old := strings.ReplaceAll(older, "THEIRS", state.Sum([]byte("theirs")))
	for name, text := range map[string]string{
		"with marks":                both(ours, theirs, true),
		"two lines":                 both(ours, theirs, false),
		"an older format, marked":   both(ours, old, true),
		"an older format, in lines": strings.TrimSuffix(ours, "}\n") + strings.TrimPrefix(old, "{\n"),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := state.Read(tree(map[string]string{state.Path: text}))
			require.NoError(t, err)
			assert.True(t, got.Mixed)
			assert.Equal(t, []string{"a.proto", "b.proto"}, got.Inputs.Protos)
			assert.Equal(t, "example.com/a", got.Inputs.Root)
			entry := got.Files["both"]
			assert.True(t, entry.Emitted([]byte("ours")) && entry.Emitted([]byte("theirs")))
			assert.False(t, entry.Emitted([]byte("a person's")) || entry.Stands(state.Sum([]byte("ours"))))
			assert.True(t, got.Files["ours"].Stands(state.Sum([]byte("ours"))))
			assert.True(t, got.Files["theirs"].Stands(state.Sum([]byte("theirs"))))
			assert.True(t, got.Files["same"].Stands(state.Sum([]byte("same"))))
			if strings.HasPrefix(name, "an older") {
				assert.Equal(t, state.Merged, entry.Owner, "what was shared on a branch is not msgen's alone")
			}

			kept, err := got.Encode() // as a run does that is not about all files
			require.NoError(t, err)
			again, err := state.Read(tree(map[string]string{state.Path: string(kept)}))
			require.NoError(t, err)
			assert.Equal(t, got, again)
		})
	}
}

// TestSeal: a merge without a conflict is a merge all the same.
func TestSeal(t *testing.T) {
	ours := branch(t, nil, map[string]string{"a": "new", "b": "old"})
	for name, c := range map[string]struct {
		text  string
		mixed bool
	}{
		"as written":        {ours, false},
		"a line of another": {strings.Replace(ours, state.Sum([]byte("old")), state.Sum([]byte("new")), 1), true},
		"a line less":       {strings.Replace(ours, `"root": "example.com/a",`+"\n", "", 1), true},
	} {
		got, err := state.Read(tree(map[string]string{state.Path: c.text}))
		require.NoError(t, err)
		assert.Equal(t, c.mixed, got.Mixed, name)
	}
}

func TestVersionOfMergedBranches(t *testing.T) {
	for file, want := range map[string]string{
		"v1.2.0\n":          "v1.2.0",
		"v1.9.0\nv1.10.0\n": "v1.10.0",
		"<<<<<<< HEAD\nv1.2.0\n=======\nv1.1.0\n>>>>>>> b\n": "v1.2.0",
		"devel\nv1.1.0\n": "v1.1.0",
		"devel\n":         "devel",
		"":                "",
	} {
		got, err := state.Read(tree(map[string]string{state.VersionPath: file}))
		require.NoError(t, err)
		assert.Equal(t, want, got.Version, file)
	}
}

func TestBases(t *testing.T) {
	entry := state.Entry{Owner: state.Merged, Sum: state.Sum([]byte("a\n\"quoted\"\n")), Also: []string{state.Sum([]byte("b\xff\n"))}}
	base := func(path, text string) string { return string(state.EncodeBase(path, []byte(text))) }
	ours, theirs := base("Makefile", "a\n\"quoted\"\n"), base("Makefile", "b\xff\n")
	assert.Equal(t, 1, strings.Count(ours, "\n"))
	goes := base("main.go", "b\xff\n")
	formatted, err := format.Source([]byte(goes))
	require.NoError(t, err, "a base of Go is Go")
	assert.Equal(t, goes, string(formatted))
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"one branch":        {ours, []string{"a\n\"quoted\"\n"}},
		"both":              {ours + theirs, []string{"a\n\"quoted\"\n", "b\xff\n"}},
		"both, marked":      {"<<<<<<< HEAD\n" + ours + "=======\n" + theirs + ">>>>>>> b\n", []string{"a\n\"quoted\"\n", "b\xff\n"}},
		"Go":                {goes, []string{"b\xff\n"}},
		"Go, both":          {base("main.go", "a\n\"quoted\"\n") + strings.TrimPrefix(goes, "package base\n\n"), []string{"a\n\"quoted\"\n", "b\xff\n"}},
		"on Windows":        {strings.ReplaceAll(theirs, "\n", "\r\n"), []string{"b\xff\n"}},
		"of an older msgen": {"a\n\"quoted\"\n", []string{"a\n\"quoted\"\n"}},
		"both of an older":  {"<<<<<<< HEAD\na\n\"quoted\"\n=======\nb\xff\n>>>>>>> b\n", []string{"a\n\"quoted\"\n", "b\xff\n"}},
		"not msgen's":       {"a person's\n", nil},
		"lost":              {"", nil},
	} {
		var got []string
		for _, text := range entry.Bases([]byte(c.file)) {
			got = append(got, string(text))
		}
		assert.Equal(t, c.want, got, name)
	}
}
