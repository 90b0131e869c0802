package generator_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/msgen/msgen/"

// layers says which packages of msgen each package may import. What it leaves out is banned; why says what the ban
// protects. A package that is missing here fails the test.
var layers = map[string]struct {
	imports []string
	why     string
}{
	"bench/generate":                       {nil, "measures the program from outside, as its users run it"},
	"bench/throughput":                     {nil, "measures the emitted service from outside, as its callers see it"},
	"bench/scale":                          {nil, "measures the program from outside, as its users run it"},
	"cmd/msgen":                            {[]string{"cmd/internal/cli"}, "main is one statement"},
	"cmd/protoc-gen-msgen":                 {[]string{"cmd/internal/cli"}, "the same program under another name"},
	"cmd/internal/cli":                     {[]string{"generator", "generator/diag", "internal/nearest"}, "the command line uses the public door, as any program would"},
	"generator/diag":                       {nil, "problems are plain data that every package may make"},
	"internal/nearest":                     {nil, "a function of strings"},
	"generator/internal/reading/state":     {[]string{"generator/diag"}, "the tree's memory knows files, not what they mean"},
	"generator/internal/reading/policy":    {[]string{"generator/diag", "internal/nearest"}, "the language stands without any proto"},
	"generator/internal/reading/protoload": {[]string{"generator/diag", "internal/nearest"}, "descriptors stand without any policy"},
	"generator/internal/making/stubs":      {nil, "stubs are a function of descriptors alone"},
	"generator/internal/making/gomod":      {nil, "go.mod is a function of imports alone"},
	"generator/internal/making/model":      {[]string{"generator/internal/reading/policy"}, "templates read finished data: no descriptor, no disk"},
	"generator/internal/making/build": {[]string{
		"generator/diag", "generator/internal/making/model", "internal/nearest", "generator/internal/reading/policy", "generator/internal/reading/protoload",
	}, "all decisions are made before a byte is printed"},
	"templates":                              {nil, "text"},
	"generator/internal/making/render":       {[]string{"generator/internal/making/model", "generator/internal/reading/policy", "generator/internal/reading/state", "templates"}, "printing sees the model, never its sources"},
	"generator/internal/showing/explain":     {[]string{"generator/diag", "generator/internal/making/model", "generator/internal/reading/policy"}, "what a call does follows from the model; positions come from its sources"},
	"generator/internal/showing/explaindraw": {[]string{"generator/internal/showing/explain", "generator/internal/reading/policy", "generator/internal/showing/svg"}, "shows data that are finished"},
	"generator/internal/showing/graph":       {[]string{"generator/diag", "internal/nearest"}, "a system is data; who loads it knows where it comes from"},
	"generator/internal/showing/systemgraph": {[]string{"generator/diag", "generator/internal/making/build", "generator/internal/showing/graph", "generator/internal/making/model", "generator/internal/reading/policy"}, "a system is made of models, and of nothing that they were made from"},
	"generator/internal/showing/graphdraw":   {[]string{"generator/internal/showing/graph", "generator/internal/showing/graphlayout", "generator/internal/reading/policy", "generator/internal/showing/svg"}, "shows a graph that is finished"},
	"generator/internal/showing/graphlayout": {nil, "boxes and lines, whatever they stand for"},
	"generator/internal/showing/svg":         {nil, "text"},
	"generator/internal/keeping/splice":      {nil, "edits are a function of text alone"},
	"generator/internal/keeping/protobreak":  {nil, "what breaks callers is a function of descriptors alone"},
	"generator/internal/keeping/gobreak":     {nil, "what compiles is a function of Go text"},
	"generator/internal/keeping/handlers":    {[]string{"generator/internal/keeping/splice"}, "what becomes of the user's Go is a function of Go text"},
	"generator/internal/keeping/merge":       {[]string{"generator/internal/keeping/splice"}, "a merge is a function of three texts"},
	"generator/internal/keeping/plan":        {[]string{"generator/internal/keeping/merge", "generator/internal/keeping/splice", "generator/internal/reading/state"}, "a plan is a function of state, disk and files"},
	"generator/internal/keeping/write":       {[]string{"generator/internal/keeping/plan", "generator/internal/reading/state"}, "the only package that changes the disk, and only by a plan"},
	"generator": {[]string{
		"generator/diag", "generator/internal/keeping/gobreak", "generator/internal/keeping/protobreak", "generator/internal/making/build", "generator/internal/showing/explaindraw", "generator/internal/showing/explain", "generator/internal/making/gomod", "generator/internal/showing/graph", "generator/internal/keeping/handlers", "generator/internal/keeping/merge",
		"generator/internal/making/model", "generator/internal/showing/graphdraw", "generator/internal/keeping/plan", "generator/internal/reading/policy", "generator/internal/reading/protoload", "generator/internal/making/render", "generator/internal/keeping/splice", "generator/internal/reading/state", "generator/internal/making/stubs", "generator/internal/showing/systemgraph", "generator/internal/keeping/write", "internal/nearest",
	}, "the pipeline in order"},
}

// TestLayers holds the imports of every package to the table.
func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, pkg := range listPackages(t) {
		name := strings.TrimPrefix(pkg.ImportPath, module)
		seen[name] = true
		layer, listed := layers[name]
		if !assert.True(t, listed, "%s is not in the table of layers", name) {
			continue
		}
		for _, imported := range pkg.Imports {
			if inHouse, ours := strings.CutPrefix(imported, module); ours {
				assert.True(t, slices.Contains(layer.imports, inHouse), "%s imports %s: %s", name, inHouse, layer.why)
			}
		}
	}
	for name := range layers {
		assert.True(t, seen[name], "%s is in the table of layers and nowhere else", name)
	}
}

// TestStartup keeps out of the program what would cost every start, or make output depend on the machine.
func TestStartup(t *testing.T) {
	banned := map[string]string{
		"golang.org/x/tools/imports": "searches the machine's module cache: slow, and not reproducible",
		"google.golang.org/grpc":     "msgen emits gRPC and speaks none",
		"net/http":                   "msgen works without a network",
	}
	out, err := exec.Command("go", "list", "-deps", "../cmd/msgen").Output()
	require.NoError(t, err)
	for dep := range strings.FieldsSeq(string(out)) {
		assert.Empty(t, banned[dep], "cmd/msgen links %s", dep)
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../...").Output()
	require.NoError(t, err)
	var packages []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var pkg listed
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, pkg)
	}
}
