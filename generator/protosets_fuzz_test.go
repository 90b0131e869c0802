package generator

import (
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// FuzzProtoSets makes the trees of random sets of protos, by the command line and as a plugin: they are the same, they compile, no
// program of theirs links a proto twice, and a second run changes nothing.
func FuzzProtoSets(f *testing.F) {
	for seed := range uint64(16) {
		f.Add(seed)
	}
	checker := newTypeChecker(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		set := newProtoSet(seed)
		byPlugin := newSetCase(t, set).byPlugin()
		c := newSetCase(t, set)
		tree := c.byCommandLine()
		assert.Empty(t, treeDiff(t, apartFromMaker(maps.Clone(tree)), apartFromMaker(byPlugin)))
		modules := map[string]map[string]string{"example.com/shop": unrooted(tree)}
		for _, modulePath := range []string{published, unseen} {
			dir := t.TempDir()
			publishModule(t, modulePath, set.protos(), dir)
			modules[modulePath] = unrooted(filesBelow(t, dir))
		}
		assert.NoError(t, checker.checkModules(modules))
		assertLinkedOnce(t, modules, "example.com/shop/cmd/shop")
		if t.Failed() {
			t.Logf("stubs are %s, asked for %s", set.way, set.asked)
			for _, name := range slices.Sorted(maps.Keys(set.files)) {
				t.Logf("%s\n%s", name, set.files[name])
			}
		}
	})
}

// setCase is a working directory with the protos of a set, and with what its tree gets stubs from. The tree is out.
type setCase struct {
	t   *testing.T
	set protoSet
}

func newSetCase(t *testing.T, set protoSet) setCase {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir(".git", 0o755)) // inputs of one repository are not copied
	for name, text := range set.files {
		writeFile(t, name, text)
	}
	const requires = "module example.com/shop\n\ngo 1.26.0\n\nrequire " + published + " v1.0.0\n"
	switch set.way {
	case "required":
		writeFile(t, "out/go.mod", requires)
	case "replaced":
		publish(t, set.protos(), "api")
		writeFile(t, "out/go.mod", requires+"\nreplace "+published+" => ../api\n")
	case "workspace":
		publish(t, set.protos(), "api")
		writeFile(t, "go.work", "go 1.26.0\n\nuse (\n\t./api\n\t./out\n)\n")
	case "vendored":
		publish(t, set.protos(), "out/vendor/"+published)
		writeFile(t, "out/go.mod", requires)
		writeFile(t, "out/vendor/modules.txt", "# "+published+" v1.0.0\n")
	}
	return setCase{t, set}
}

// byCommandLine returns the files of the tree.
func (c setCase) byCommandLine() map[string]string {
	c.t.Helper()
	opts := Options{Protos: c.set.asked, ImportPaths: []string{"."}, Policy: "policy.yaml", Out: "out", Version: "test"}
	tree, err := Plan(c.t.Context(), opts)
	require.NoError(c.t, err)
	require.NoError(c.t, performed(tree))
	opts.Full = true
	tree, err = Plan(c.t.Context(), opts)
	require.NoError(c.t, err)
	assert.Empty(c.t, tree.plan.Changes(), "the second run of the command line")
	return c.tree()
}

// byPlugin returns the files of the tree that a compiler has made.
func (c setCase) byPlugin() map[string]string {
	c.t.Helper()
	given := slices.Concat(c.set.asked, c.set.called)
	all, problems := protoload.Load(c.t.Context(), protoload.Options{View: here(c.t), Files: given, ImportPaths: []string{"."}})
	require.NoError(c.t, problems.Err())
	compiler := pluginCase{c.t, &pluginpb.CodeGeneratorRequest{
		FileToGenerate: given, ProtoFile: all.Files, CompilerVersion: &pluginpb.Version{Major: new(int32(6))},
	}}
	const options = "existing=out,policy=policy.yaml,stubs=true"
	compiler.apply(options, "out")
	assert.Empty(c.t, names(compiler.answer(options)), "the second run of the plugin")
	return c.tree()
}

// tree are the files of the tree that are not there before msgen runs.
func (c setCase) tree() map[string]string {
	c.t.Helper()
	files := filesBelow(c.t, "out")
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasPrefix(name, "/vendor/") })
	return files
}

// unrooted are files by their names without the slash in front, except for msgen's memory, which Go does not read.
func unrooted(files map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range files {
		if name = strings.TrimPrefix(name, "/"); !strings.HasPrefix(name, state.Dir+"/") {
			out[name] = text
		}
	}
	return out
}

var stubOf = regexp.MustCompile(`(?m)^// source: (\S+\.proto)$`)

// assertLinkedOnce follows the imports of a program through the modules: no proto has stubs in two of its packages.
func assertLinkedOnce(t *testing.T, modules map[string]map[string]string, program string) {
	t.Helper()
	packages := map[string][]string{} // the Go of each, by import path
	for root, files := range modules {
		for name, text := range files {
			if filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") {
				importPath := path.Join(root, path.Dir(name))
				packages[importPath] = append(packages[importPath], text)
			}
		}
	}
	linked, seen := map[string]string{}, map[string]bool{}
	var visit func(importPath string)
	visit = func(importPath string) {
		if seen[importPath] {
			return
		}
		seen[importPath] = true
		for _, text := range packages[importPath] {
			if source := stubOf.FindStringSubmatch(text); source != nil {
				other, ok := linked[source[1]]
				assert.True(t, !ok || other == importPath, "%s is linked from %s and from %s", source[1], other, importPath)
				linked[source[1]] = importPath
			}
			file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
			require.NoError(t, err)
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				require.NoError(t, err)
				visit(imported)
			}
		}
	}
	visit(program)
	assert.NotEmpty(t, linked)
}
