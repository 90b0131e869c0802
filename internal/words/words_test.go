package words_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/internal/words"
)

var update = flag.Bool("update", false, "lower the counts in counts.txt; the run ends red")

// TestText holds the text of this project to counts.txt.
func TestText(t *testing.T) {
	found, err := words.Scan(os.DirFS("../.."), words.Phrases)
	require.NoError(t, err)
	for _, fault := range found.Faults {
		t.Error(fault)
	}
	text, err := os.ReadFile("counts.txt")
	require.NoError(t, err)
	recorded, err := words.ParseCounts(string(text))
	require.NoError(t, err)

	next, risen := words.Ratchet(recorded, words.Phrases, found.Places)
	for _, phrase := range risen {
		t.Error(phrase)
	}
	if *update {
		require.NoError(t, os.WriteFile("counts.txt", []byte(next.String()), 0o644))
		t.Fatal("counts.txt is written: read the diff, and run again without -update")
	}
	if string(text) != next.String() {
		t.Error("counts.txt is not what the text has, of some phrases fewer or in other files; run `make words`")
	}
}

// TestScan reads the trees in testdata: the file `want` of each lists what is found in the others.
func TestScan(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			tree, want := fstest.MapFS{}, ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				tree[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			found, err := words.Scan(tree, words.Phrases)
			require.NoError(t, err)
			assert.Equal(t, want, report(found))
		})
	}
}

// TestScanArchives takes the comment of an archive, and of the script that begins one its comments.
func TestScanArchives(t *testing.T) {
	const archive = "# verily one\nverily two\n-- a.go --\n// verily three\n"
	tree := fstest.MapFS{
		"testdata/golden/a.txtar": {Data: []byte(archive)},
		"testdata/script/b.txtar": {Data: []byte(archive)},
	}
	found, err := words.Scan(tree, []words.Phrase{{Name: "verily", Write: "really", Any: []string{"verily *"}}})
	require.NoError(t, err)
	assert.Equal(t, `testdata/golden/a.txtar:1: verily: write really: verily one
testdata/golden/a.txtar:2: verily: write really: verily two
testdata/script/b.txtar:1: verily: write really: verily one
`, report(found))
}

func TestScanRefusesPatternsWithoutWords(t *testing.T) {
	for _, phrase := range []words.Phrase{{Name: "none", Any: []string{"^"}}, {Name: "none", Any: []string{"a"}, Fine: []string{""}}} {
		_, err := words.Scan(fstest.MapFS{}, []words.Phrase{phrase})
		assert.EqualError(t, err, "none: a pattern has no words")
	}
}

func report(found words.Found) string {
	var lines []string
	for _, p := range found.Places {
		lines = append(lines, p.String()+"\n")
	}
	for _, f := range found.Faults {
		lines = append(lines, f+"\n")
	}
	return strings.Join(lines, "")
}
