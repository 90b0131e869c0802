package write

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

const strangersTemp = ".msgen-abcdefgh2345.tmp"

// clonedTree is a tree of version 1 in a repository, with a file of its user's, and a stranger's temporary file in each folder.
func clonedTree(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	place(t, dir, ".git/HEAD", "evil") // a repository that tracks nothing
	tree, p := planFor(t, dir, 1)
	require.NoError(t, tree.Apply(t.Context(), p))
	place(t, dir, "mine.go", "mine")
	require.NoError(t, os.Symlink(".git", filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink("p0", filepath.Join(dir, "harmless")))
	for _, folder := range []string{"", ".msgen", ".git", ".git/hooks", "p0"} {
		place(t, dir, filepath.Join(folder, strangersTemp), "evil")
	}
	return dir
}

// place writes a file, and the folders that it needs.
func place(t *testing.T, dir, name, content string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// TestAStrangersJournalDoesNothing, whichever part of it no run of msgen's would have written.
func TestAStrangersJournalDoesNothing(t *testing.T) {
	evil := state.Sum([]byte("evil"))
	rename := func(from, to string) journal {
		return journal{Renames: []journalRename{{From: from, To: to, Sum: evil}}}
	}
	remember := func(from, to string) journal {
		return journal{Memory: []journalRename{{From: from, To: to, Sum: evil}}}
	}
	remove := func(file, was string) journal { return journal{Removals: []journalRemoval{{file, was}}} }
	for name, c := range map[string]struct {
		journal journal
		want    string
	}{
		"a source that is not a temporary file": {rename("mine.go", "a.go"), `it takes "mine.go" for a.go, which is not a temporary file of msgen's next to it`},
		"a source in another folder":            {rename("p0/"+strangersTemp, "a.go"), "which is not a temporary file of msgen's next to it"},
		"content that the run did not write":    {journal{Renames: []journalRename{{From: strangersTemp, To: "a.go", Sum: state.Sum(nil)}}}, strangersTemp + " is not what the run wrote for a.go"},
		"content of which it says nothing":      {journal{Renames: []journalRename{{From: strangersTemp, To: "a.go"}}}, "is not what the run wrote for a.go"},
		"a hook":                                {rename(".git/hooks/"+strangersTemp, ".git/hooks/post-commit"), `it writes ".git/hooks/post-commit", where msgen writes nothing`},
		"a hook in another case":                {rename(".GIT/hooks/"+strangersTemp, ".GIT/hooks/post-commit"), "where msgen writes nothing"},
		"a hook by its name on Windows":         {rename("GIT~1/hooks/"+strangersTemp, "GIT~1/hooks/post-commit"), "where msgen writes nothing"},
		"a file that git takes for a folder":    {rename("p0/"+strangersTemp, "p0/.git"), "where msgen writes nothing"},
		"a hook through a link":                 {rename("link/"+strangersTemp, "link/config"), "link/config leads through the symbolic link link"},
		"a link to a folder of the tree":        {rename("harmless/"+strangersTemp, "harmless/x.go"), "harmless/x.go leads through the symbolic link harmless"},
		"a path out of the tree":                {rename("../"+strangersTemp, "../a.go"), "where msgen writes nothing"},
		"an absolute path":                      {rename("/"+strangersTemp, "/a.go"), "where msgen writes nothing"},
		"memory among the files":                {rename(".msgen/"+strangersTemp, ".msgen/state.json"), "where msgen writes nothing"},
		"a file among the memory":               {remember(strangersTemp, "a.go"), "where msgen writes nothing"},
		"a hook below the memory":               {remember(".msgen/base/.git/"+strangersTemp, ".msgen/base/.git/config"), "where msgen writes nothing"},
		"the journal itself":                    {remember(".msgen/"+strangersTemp, ".msgen/journal.json"), "where msgen writes nothing"},
		"a removal in .git":                     {remove(".git/HEAD", evil), `it removes ".git/HEAD", where msgen writes nothing`},
		"a removal out of the tree":             {remove("../x", evil), "where msgen writes nothing"},
		"a removal through a link":              {remove("link/HEAD", evil), "link/HEAD leads through the symbolic link link"},
		"a removal of whatever stands there":    {remove("p0/f.go", ""), "it removes p0/f.go, and does not say what stood there"},
		"a good part, and a removal of a hook":  {journal{rename(strangersTemp, "a.go").Renames, remove(".git/HEAD", evil).Removals, nil}, "where msgen writes nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := clonedTree(t)
			content, err := json.Marshal(c.journal)
			require.NoError(t, err)
			place(t, dir, state.JournalPath, string(content))
			before := contentsOf(t, dir)
			tree, err := Open(dir)
			require.NoError(t, err)
			file := filepath.Join(dir, filepath.FromSlash(state.JournalPath))
			err = tree.Recover(t.Context(), Locker{})
			require.ErrorContains(t, err, file+" is not a journal of msgen's: ")
			require.ErrorContains(t, err, c.want+"; delete it and regenerate")
			_, err = tree.Interrupted(t.Context(), Locker{})
			require.Error(t, err, "--check reports it too")
			assert.Equal(t, before, contentsOf(t, dir))
		})
	}
}

// TestARecoveryRemovesWhatTheStateListsAlone: the rest of the journal is sound, and is finished.
func TestARecoveryRemovesWhatTheStateListsAlone(t *testing.T) {
	dir := clonedTree(t)
	content, err := json.Marshal(journal{Removals: []journalRemoval{
		{"mine.go", state.Sum([]byte("mine"))},
		{"p0/f.go", state.Sum([]byte("edited"))},
		{"same.go", state.Sum([]byte("same"))},
	}})
	require.NoError(t, err)
	place(t, dir, "p0/f.go", "edited")
	place(t, dir, state.JournalPath, string(content))
	tree, err := Open(dir)
	require.NoError(t, err)
	require.NoError(t, tree.Recover(t.Context(), Locker{}))
	assert.FileExists(t, filepath.Join(dir, "mine.go"))
	assert.FileExists(t, filepath.Join(dir, "p0/f.go"))
	assert.NoFileExists(t, filepath.Join(dir, "same.go"), "the state lists it")
}

// TestGitsWordOnAJournal: what git tracks is a stranger's, or something else than what msgen wrote.
func TestGitsWordOnAJournal(t *testing.T) {
	dir := clonedTree(t)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, ".git")))
	git(t, dir, "init", "-q", ".")
	place(t, dir, state.JournalPath, "{}")
	git(t, dir, "add", "-f", state.JournalPath)
	tree, err := Open(dir)
	require.NoError(t, err)
	file := filepath.Join(dir, filepath.FromSlash(state.JournalPath))
	require.EqualError(t, tree.Recover(t.Context(), Locker{}),
		fmt.Sprintf("%s is in git, where no run of msgen's puts it; run git rm -f %s and regenerate", file, file))
	git(t, dir, "rm", "-qf", file)
	require.NoError(t, tree.Recover(t.Context(), Locker{}))

	// A checkout without symbolic links has a file with their target in place of each.
	git(t, dir, "update-index", "--add", "--cacheinfo", "120000,"+strings.Repeat("1", 40)+",same.go")
	content, err := json.Marshal(journal{Removals: []journalRemoval{{"same.go", state.Sum([]byte("same"))}}})
	require.NoError(t, err)
	place(t, dir, state.JournalPath, string(content))
	require.ErrorContains(t, tree.Recover(t.Context(), Locker{}), `it removes "same.go", and git has something else than a file there`)
	assert.FileExists(t, filepath.Join(dir, "same.go"))
}

// TestAJournalThatIsAFolder does not keep the run waiting.
func TestAJournalThatIsAFolder(t *testing.T) {
	dir := clonedTree(t)
	require.NoError(t, os.Mkdir(filepath.Join(dir, filepath.FromSlash(state.JournalPath)), 0o755))
	tree, err := Open(dir)
	require.NoError(t, err)
	require.ErrorContains(t, tree.Recover(t.Context(), Locker{}), "is a folder, where a file is wanted; delete it and regenerate")
	place(t, dir, state.JournalPath+"/x", "")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, filepath.FromSlash(state.JournalPath))))
	place(t, dir, state.JournalPath, "{")
	require.ErrorContains(t, tree.Recover(t.Context(), Locker{}), "is not a journal of msgen's: unexpected end of JSON input; delete it")
}
