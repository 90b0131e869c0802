package protoload_test

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// step is one way to follow an advice: it edits the folder or the options as the advice says.
type step func(t *testing.T, opts *protoload.Options, problem diag.Problem, is []string)

// advice is every kind of advice on imports, and how a user follows it.
var advice = []struct {
	kind    string
	pattern *regexp.Regexp
	follow  []step
}{
	{"flags", regexp.MustCompile(`^pass ((?:-I \S+ ?)+)$`), []step{passFlags}},
	{"one of several flags", regexp.MustCompile(`^pass ((?:-I \S+ )+)or ((?:-I \S+ ?)+)$`), []step{passFlags, passOtherFlags}},
	{"a typo", regexp.MustCompile(`^did you mean "(.*)"\?$`), []step{editImport}},
	{"a second name", regexp.MustCompile(`^import it as "(.*)" everywhere$`), []step{editImport}},
	{"buf export", regexp.MustCompile(`^run buf export (\S+) -o (\S+)(?: && buf export \S+ -o \S+)*, which `), []step{export}},
	{"put", regexp.MustCompile(`^put it at (\S+), or pass ((?:-I \S+ )+)-I DIR, where DIR is the folder that it is relative to$`), []step{putFile, putElsewhere}},
	{"a folder more", regexp.MustCompile(`^pass ()((?:-I \S+ )+)-I DIR, where DIR is the folder that it is relative to$`), []step{putElsewhere}},
}

func passFlags(_ *testing.T, opts *protoload.Options, _ diag.Problem, is []string) {
	opts.ImportPaths = flags(is[1])
}

func passOtherFlags(_ *testing.T, opts *protoload.Options, _ diag.Problem, is []string) {
	opts.ImportPaths = flags(is[2])
}

func flags(written string) []string {
	return strings.Fields(strings.ReplaceAll(written, "-I ", " "))
}

func editImport(t *testing.T, opts *protoload.Options, problem diag.Problem, is []string) {
	t.Helper()
	assert.Contains(t, opts.Files, problem.File, "an edit is advised in the files alone that the user gave")
	file := filepath.Join(opts.View.Dir(), problem.File)
	writeFile(t, file, strings.ReplaceAll(readFile(t, file), `"`+problem.Found+`"`, `"`+is[1]+`"`))
}

func export(t *testing.T, opts *protoload.Options, problem diag.Problem, is []string) {
	t.Helper()
	writeFile(t, filepath.Join(opts.View.Dir(), is[2], problem.Found), missingText)
}

func putFile(t *testing.T, opts *protoload.Options, _ diag.Problem, is []string) {
	t.Helper()
	writeFile(t, filepath.Join(opts.View.Dir(), is[1]), missingText)
}

func putElsewhere(t *testing.T, opts *protoload.Options, problem diag.Problem, is []string) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, problem.Found), missingText)
	opts.ImportPaths = append(flags(is[2]), dir)
}

// missingText is what stands in a file that was missing.
const missingText = "syntax = \"proto3\";\npackage acme;\nmessage M {}\n"

// TestAdviceOnImportsWorks follows the advice on each import that is not found, in every way that it names, and loads again: the
// import is found then, and nothing is wrong that was not before.
func TestAdviceOnImportsWorks(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	followed := map[string]int{}
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		for _, before := range problemsOf(t, archive, nil) {
			if before.Message != "unresolved import" && !strings.Contains(before.Message, "is already loaded as") || before.Fix == "" {
				continue
			}
			known := false
			for _, a := range advice {
				is := a.pattern.FindStringSubmatch(before.Fix)
				if is == nil {
					continue
				}
				known = true
				for i, follow := range a.follow {
					followed[a.kind] |= 1 << i
					after := problemsOf(t, archive, func(opts *protoload.Options) { follow(t, opts, before, is) })
					for _, p := range after {
						assert.NotEqual(t, before.Found, p.Found, "%s: %s", file, before)
					}
				}
			}
			assert.True(t, known, "%s: no test knows how to follow %q", file, before.Fix)
		}
	}
	for _, a := range advice {
		assert.Equal(t, 1<<len(a.follow)-1, followed[a.kind], "no case has the advice: %s", a.kind)
	}
}

// problemsOf loads a case in a folder of its own, as change leaves it.
func problemsOf(t *testing.T, archive *txtar.Archive, change func(*protoload.Options)) []diag.Problem {
	t.Helper()
	opts := optionsOf(t, archive)
	opts.View = disk.From(t.TempDir())
	writeFiles(t, opts.View.Dir(), archive)
	if change != nil {
		change(&opts)
	}
	_, problems := protoload.Load(context.Background(), opts)
	return problems.All()
}
