package generator

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/generator/diag"
)

var update = flag.Bool("update", false, "rewrite the golden cases; the run ends red")

// A golden case is a txtar archive in testdata/golden. Its inputs are the files in/..., of which in/*.proto directly
// are generated from and in/policy.yaml is the policy; with an in/msgen.system.yaml, the tree is that of its gateway. What
// msgen makes of them stands beside them:
//
//	paths        every emitted path; a case that picks diff may leave it out
//	out/PATH     one emitted file in full, for the paths that the case picks
//	diff         what the policy changes: the tree without it against the tree with it, or, where the case has
//	             before.yaml, the tree with that policy against the tree with the other
//	notes        what the summary tells
//	diagnostics  the problems, warnings too; with an error nothing else is there
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("../testdata/golden/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	recorded, now, ran := readLinks(t), links{}, 0
	for _, file := range cases {
		file, err := filepath.Abs(file) // each case has a working directory of its own
		require.NoError(t, err)
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			got, files := golden(t, archive)
			ran++
			if _, own := files["internal/grpcserver/server.go"]; own { // a runtime elsewhere links what its own module says
				now[name] = linksOf(t, files)
				recorded.allow(t, name, now[name])
			}
			if bytes.Equal(got, txtar.Format(archive)) {
				return
			}
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			t.Error(udiff.Unified(filepath.Base(file), "now", string(txtar.Format(archive)), string(got)))
		})
	}
	if *update && ran == len(cases) { // not with some of them alone
		now.write(t)
	}
}

// golden is the archive as this msgen would have it, and the files of its tree, which is nil when the inputs have errors.
func golden(t *testing.T, archive *txtar.Archive) (text []byte, files map[string]string) {
	t.Helper()
	made := &txtar.Archive{Comment: archive.Comment}
	picked := map[string]bool{}
	inputs := map[string][]byte{}
	for _, file := range archive.Files {
		if strings.HasPrefix(file.Name, "in/") {
			made.Files = append(made.Files, file)
			inputs[strings.TrimPrefix(file.Name, "in/")] = file.Data
		}
		picked[file.Name] = true
	}
	add := func(name, text string) {
		if text != "" {
			made.Files = append(made.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	before, compared := inputs["before.yaml"]
	delete(inputs, "before.yaml")
	tree, problems := emit(t, inputs)
	add("diagnostics", problems)
	if tree != nil {
		add("notes", lines(tree.Notes))
		files = contents(tree)
		if picked["paths"] || !picked["diff"] {
			add("paths", lines(slices.Sorted(maps.Keys(files))))
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if picked["out/"+name] {
				add("out/"+name, files[name])
			}
		}
		if picked["diff"] {
			if inputs["policy.yaml"] = before; !compared {
				delete(inputs, "policy.yaml")
			}
			plain, _ := emit(t, inputs)
			add("diff", treeDiff(t, contents(plain), files))
		}
	}
	return txtar.Format(made), files
}

// emit plans a tree from inputs in a fresh folder, which is the working directory so that no path of the machine can
// come out. The tree is nil when the inputs have errors.
func emit(t testing.TB, inputs map[string][]byte) (tree *Tree, problems string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755)) // inputs of one repository are not copied
	out := "out"
	if _, isRoot := inputs[".git/HEAD"]; isRoot {
		out = "." // the tree is the root of the repository
	}
	var protos []string
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, inputs[name], 0o644))
		if !strings.Contains(name, "/") && strings.HasSuffix(name, ".proto") {
			protos = append(protos, name)
		}
	}
	t.Chdir(dir)
	if _, ok := inputs[systemFile]; ok {
		return emitGateway(t)
	}
	tree, err := Plan(context.Background(), Options{Protos: protos, ImportPaths: []string{"."}, Out: out, Version: "test"})
	if failed, ok := errors.AsType[*diag.ListError](err); ok {
		return nil, printed(t, failed.Problems())
	}
	require.NoError(t, err)
	return tree, printed(t, tree.Warnings)
}

const systemFile = "msgen.system.yaml"

// emitGateway plans the gateway of the system in the working directory.
func emitGateway(t testing.TB) (tree *Tree, problems string) {
	t.Helper()
	system, err := PlanSystem(context.Background(), systemFile, Options{Version: "test"})
	if failed, ok := errors.AsType[*diag.ListError](err); ok {
		return nil, printed(t, failed.Problems())
	}
	require.NoError(t, err)
	return system.Trees[len(system.Trees)-1], printed(t, system.Warnings)
}

func printed(t testing.TB, problems []diag.Problem) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, diag.Print(&out, diag.Text, problems))
	return out.String()
}

func contents(tree *Tree) map[string]string {
	files := map[string]string{}
	for _, action := range tree.plan.Actions {
		files[action.Path] = string(action.New)
	}
	return files
}

// treeDiff is the difference of two trees, line by line without context, and without what go.sum makes of go.mod and
// .gitattributes of the paths.
func treeDiff(t *testing.T, from, to map[string]string) string {
	all := maps.Clone(from)
	maps.Copy(all, to)
	delete(all, "go.sum")
	delete(all, ".gitattributes")
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		old, was := from[name]
		now, is := to[name]
		switch {
		case was && is:
			out.WriteString(changedLines(t, name, old, now))
		case is:
			fmt.Fprintf(&out, "+++ %s\n", name)
		default:
			fmt.Fprintf(&out, "--- %s\n", name)
		}
	}
	return out.String()
}

// changedLines leaves out where in the file the lines are: one line more at the top of a template would change every case
// whose policy changes something below it.
func changedLines(t *testing.T, name, from, to string) string {
	t.Helper()
	text, err := udiff.ToUnified(name, name, from, udiff.Strings(from, to), 0)
	require.NoError(t, err)
	return hunkHeader.ReplaceAllString(text, "@@")
}

// hunkHeader cannot be a line of either file: without context, each line that is shown has a sign before it.
var hunkHeader = regexp.MustCompile(`(?m)^@@ .*$`)

func lines(items []string) string {
	var out strings.Builder
	for _, item := range items {
		fmt.Fprintln(&out, item)
	}
	return out.String()
}
