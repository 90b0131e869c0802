package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

func file(path string, owner state.Owner, content string) state.File {
	return state.File{Path: path, Owner: owner, Content: []byte(content)}
}

// tree holds files by their path.
type tree map[string]string

func (d tree) look(path string) disk.Found {
	content, ok := d[path]
	if !ok {
		return disk.Found{}
	}
	return disk.Found{Kind: disk.Regular, Content: []byte(content), Mode: 0o644}
}

func emitted(owner state.Owner, content string) state.Entry {
	return state.Entry{Owner: owner, Sum: state.Sum([]byte(content))}
}

func TestPathsThatCannotStandInOneTree(t *testing.T) {
	for name, c := range map[string]struct {
		paths []string
		want  string
	}{
		"file in another case":   {[]string{"a/Readme.md", "a/README.md"}, "a/Readme.md and a/README.md differ in case only"},
		"folder in another case": {[]string{"Gen/a.go", "gen/b.go"}, "Gen and gen differ in case only"},
		"file and folder":        {[]string{"a/b", "a"}, "a would be both a file and a folder"},
		"folder and file":        {[]string{"a", "a/b"}, "a would be both a file and a folder"},
		"twice":                  {[]string{"a/b", "a/b"}, "a/b would be emitted twice"},
		"outside":                {[]string{"../a"}, `"../a"`},
		"absolute":               {[]string{"/etc/passwd"}, `"/etc/passwd"`},
		"the tree itself":        {[]string{"."}, `"."`},
		"msgen's memory":         {[]string{".msgen/state.json"}, `".msgen/state.json"`},
	} {
		t.Run(name, func(t *testing.T) {
			var files []state.File
			for _, path := range c.paths {
				files = append(files, file(path, state.Yours, ""))
			}
			_, err := plan.Make(&state.State{}, tree{}.look, files, plan.Options{})
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := plan.Make(&state.State{}, tree{}.look, []state.File{{Path: "a"}, {Path: "b", Owner: "mine"}}, plan.Options{})
	require.Error(t, err)
	assert.Equal(t, "cannot emit a: unknown owner \"\"\ncannot emit b: unknown owner \"mine\"", err.Error())
}

func TestMemory(t *testing.T) {
	base := &state.State{Files: map[string]state.Entry{
		"Makefile":   emitted(state.Merged, "old"),
		"Dockerfile": emitted(state.Merged, "stays"),
		"gone.yml":   emitted(state.Merged, "gone"),
		"deleted":    emitted(state.Merged, "deleted"),
	}}
	on := tree{"Makefile": "old", "Dockerfile": "edited", "gone.yml": "edited"}
	p, err := plan.Make(base, on.look, []state.File{
		file("Makefile", state.Merged, "new"),
		file("Dockerfile", state.Merged, "stays"),
		file("deleted", state.Merged, "new"),
		file("main.go", state.Generated, "new"),
	}, plan.Options{Version: "v1.0.0", Inputs: state.Inputs{Policy: "policy.yaml"}})
	require.NoError(t, err)

	encoded, err := p.Next.Encode()
	require.NoError(t, err)
	assert.Equal(t, []plan.Memory{
		{Path: ".msgen/base/Dockerfile", Content: state.EncodeBase("Dockerfile", []byte("stays"))},
		{Path: ".msgen/base/Makefile", Content: state.EncodeBase("Makefile", []byte("new"))},
		{Path: ".msgen/base/gone.yml", Gone: true},
		{Path: ".msgen/version", Content: []byte("v1.0.0\n")},
		{Path: ".msgen/state.json", Content: encoded},
	}, p.Memory)
	assert.Equal(t, state.Inputs{Policy: "policy.yaml"}, p.Next.Inputs)
	assert.Equal(t, map[string]state.Entry{
		"Makefile":   emitted(state.Merged, "new"),
		"Dockerfile": emitted(state.Merged, "stays"),
		"deleted":    {Owner: state.Merged, Sum: state.Sum([]byte("deleted")), Deleted: true},
		"main.go":    emitted(state.Generated, "new"),
	}, p.Next.Files)
	assert.Equal(t, "1 created, 1 updated, 3 kept", p.Summary().String())
}

// changed is a plan with a change of every kind.
func changed(t *testing.T) *plan.Plan {
	t.Helper()
	base := &state.State{Files: map[string]state.Entry{
		"edited.go":  emitted(state.Generated, "one\n"),
		"logo.png":   emitted(state.Generated, "\x89PNG\x00old"),
		"same.go":    emitted(state.Generated, "same\n"),
		"stale.go":   emitted(state.Generated, "stale\n"),
		"updated.go": emitted(state.Generated, "one\ntwo\n"),
	}}
	on := tree{
		"edited.go": "mine\n", "logo.png": "\x89PNG\x00old", "same.go": "same\n", "stale.go": "stale\n",
		"updated.go": "one\ntwo\n",
	}
	p, err := plan.Make(base, on.look, []state.File{
		{Path: "build.sh", Owner: state.Yours, Content: []byte("-- sh\n"), Mode: 0o755},
		file("edited.go", state.Generated, "one\n"),
		file("empty", state.Yours, ""),
		file("logo.png", state.Generated, "\x89PNG\x00new"),
		file("same.go", state.Generated, "same\n"),
		file("updated.go", state.Generated, "one\n-- two"),
	}, plan.Options{})
	require.NoError(t, err)
	return p
}

func TestDiff(t *testing.T) {
	const want = `diff --git a/build.sh b/build.sh
new file mode 100755
--- /dev/null
+++ b/build.sh
@@ -0,0 +1 @@
+-- sh
diff --git a/edited.go b/edited.go
--- a/edited.go
+++ b/edited.go
@@ -1 +1 @@
-mine
+one
diff --git a/empty b/empty
new file mode 100644
diff --git a/logo.png b/logo.png
Binary files a/logo.png and b/logo.png differ
diff --git a/stale.go b/stale.go
deleted file mode 100644
--- a/stale.go
+++ /dev/null
@@ -1 +0,0 @@
-stale
diff --git a/updated.go b/updated.go
--- a/updated.go
+++ b/updated.go
@@ -1,2 +1,2 @@
 one
-two
+-- two
\ No newline at end of file
`
	p := changed(t)
	var out strings.Builder
	require.NoError(t, p.Diff(&out, false))
	assert.Equal(t, want, out.String())

	out.Reset()
	require.NoError(t, p.Diff(&out, true))
	for _, line := range []string{
		"\x1b[1m--- /dev/null\x1b[m\n", "\x1b[36m@@ -0,0 +1 @@\x1b[m\n", "\x1b[32m+-- sh\x1b[m\n", "\x1b[31m-stale\x1b[m\n", "\n one\n",
	} {
		assert.Contains(t, out.String(), line)
	}
	uncoloured := strings.NewReplacer("\x1b[1m", "", "\x1b[31m", "", "\x1b[32m", "", "\x1b[36m", "", "\x1b[m", "")
	assert.Equal(t, want, uncoloured.Replace(out.String()), "colours change nothing else")
}

func TestChangesAndSummary(t *testing.T) {
	p := changed(t)
	var paths []string
	for _, a := range p.Changes() {
		paths = append(paths, string(a.Kind)+" "+a.Path)
	}
	assert.Equal(t, []string{
		"create build.sh", "refuse edited.go", "create empty", "update logo.png", "remove stale.go", "update updated.go",
	}, paths)
	require.Len(t, p.Refused(), 1)
	assert.Equal(t, "was edited by hand, but is generated", p.Refused()[0].Reason)
	assert.Equal(t, "2 created, 2 updated, 1 removed, 1 unchanged, 1 refused", p.Summary().String())

	empty, err := plan.Make(&state.State{}, tree{}.look, nil, plan.Options{})
	require.NoError(t, err)
	assert.Equal(t, "no files", empty.Summary().String())
}
