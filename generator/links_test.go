package generator

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/msgen/msgen/generator/internal/making/gomod"
	"github.com/msgen/msgen/generator/internal/making/linked"
)

// linksFile lists what the trees of the golden cases link: a line for every tree, then one for each case that links more. An
// item is a module, or "proto" and a Go package that registers protos.
const linksFile = "../testdata/golden/links.txt"

// everyTree is the name of the line for every tree.
const everyTree = "every tree"

// links are what trees link, by the names of their cases.
type links map[string][]string

func readLinks(t *testing.T) links {
	t.Helper()
	text, err := os.ReadFile(linksFile)
	require.NoError(t, err)
	read := links{}
	for line := range strings.Lines(string(text)) {
		name, items, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		read[name] = strings.Split(items, ", ")
	}
	return read
}

// allow fails the test when the tree of a case links what neither its own line nor the line of every tree has.
func (l links) allow(t *testing.T, name string, links []string) {
	t.Helper()
	for _, item := range links {
		if !slices.Contains(l[everyTree], item) && !slices.Contains(l[name], item) {
			t.Errorf("the tree links %s, which %s does not have", item, path.Base(linksFile))
		}
	}
}

// write makes the file what the trees link now.
func (l links) write(t *testing.T) {
	t.Helper()
	cases := slices.Sorted(maps.Keys(l))
	every := slices.DeleteFunc(slices.Clone(l[cases[0]]), func(item string) bool {
		return slices.ContainsFunc(cases, func(name string) bool { return !slices.Contains(l[name], item) })
	})
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n", everyTree, strings.Join(every, ", "))
	for _, name := range cases {
		more := slices.DeleteFunc(l[name], func(item string) bool { return slices.Contains(every, item) })
		if len(more) > 0 {
			fmt.Fprintf(&out, "%s: %s\n", name, strings.Join(more, ", "))
		}
	}
	require.NoError(t, os.WriteFile(linksFile, []byte(out.String()), 0o644))
}

// linksOf is what the program and the client of a tree link, by the imports of their packages.
func linksOf(t *testing.T, files map[string]string) []string {
	t.Helper()
	root, imports := treeImports(t, files)
	queue := []string{"client"}
	for dir := range imports {
		if strings.HasPrefix(dir, "cmd/") {
			queue = append(queue, dir)
		}
	}
	seen, outside := map[string]bool{}, map[string]bool{}
	for len(queue) > 0 {
		dir := queue[0]
		queue = queue[1:]
		for _, imported := range imports[dir] {
			inside, ours := strings.CutPrefix(imported, root+"/")
			switch {
			case !ours:
				outside[imported] = true
			case !seen[inside]:
				seen[inside] = true
				queue = append(queue, inside)
			}
		}
	}
	return linksOfImports(t, slices.Sorted(maps.Keys(outside)))
}

// treeImports are what the folders of a tree import without their tests, and the import path of the tree.
func treeImports(t *testing.T, files map[string]string) (root string, imports map[string][]string) {
	t.Helper()
	imports = map[string][]string{}
	for name, text := range files {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			imports[path.Dir(name)] = append(imports[path.Dir(name)], imported)
			if before, ok := strings.CutSuffix(imported, "/internal/config"); ok {
				root = before
			}
		}
	}
	require.NotEmpty(t, root)
	return root, imports
}

// linksOfImports are the modules that imports need and the Go packages with protos that they bring along, sorted.
func linksOfImports(t *testing.T, imports []string) []string {
	t.Helper()
	needed, err := gomod.Make(gomod.Input{Module: "example.com/tree", Imports: imports})
	require.NoError(t, err)
	mod, err := modfile.Parse("go.mod", needed.Mod, nil)
	require.NoError(t, err)
	all := needed.Foreign
	for _, required := range mod.Require {
		all = append(all, required.Mod.Path)
	}
	for registers := range linked.Reach(imports) {
		all = append(all, "proto "+registers)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestLinksAreChecked: a package more is noticed.
func TestLinksAreChecked(t *testing.T) {
	plain := linksOfImports(t, []string{"google.golang.org/grpc", "google.golang.org/grpc/health"})
	more := linksOfImports(t, []string{"google.golang.org/grpc", "google.golang.org/grpc/health", "google.golang.org/grpc/orca"})
	assert.Contains(t, plain, "proto google.golang.org/grpc/health/grpc_health_v1")
	assert.NotContains(t, plain, "github.com/cncf/xds/go")
	assert.Contains(t, more, "github.com/cncf/xds/go")
	assert.Contains(t, more, "proto github.com/cncf/xds/go/xds/data/orca/v3")
}
