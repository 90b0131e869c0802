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
	"bench/generate":               {nil, "measures the program from outside, as its users run it"},
	"bench/throughput":             {nil, "measures the emitted service from outside, as its callers see it"},
	"bench/scale":                  {nil, "measures the program from outside, as its users run it"},
	"cmd/msgen":                    {[]string{"cmd/internal/cli"}, "main is one statement"},
	"cmd/protoc-gen-msgen":         {[]string{"cmd/internal/cli"}, "the same program under another name"},
	"cmd/internal/cli":             {[]string{"generator", "generator/diag", "internal/nearest"}, "the command line uses the public door, as any program would"},
	"generator/diag":               {nil, "problems are plain data that every package may make"},
	"internal/nearest":             {nil, "a function of strings"},
	"generator/internal/state":     {[]string{"generator/diag"}, "the tree's memory knows files, not what they mean"},
	"generator/internal/policy":    {[]string{"generator/diag", "internal/nearest"}, "the language stands without any proto"},
	"generator/internal/protoload": {[]string{"generator/diag", "internal/nearest"}, "descriptors stand without any policy"},
	"generator/internal/stubs":     {nil, "stubs are a function of descriptors alone"},
	"generator/internal/gomod":     {nil, "go.mod is a function of imports alone"},
	"generator/internal/model":     {[]string{"generator/internal/policy"}, "templates read finished data: no descriptor, no disk"},
	"generator/internal/build": {[]string{
		"generator/diag", "generator/internal/model", "internal/nearest", "generator/internal/policy", "generator/internal/protoload",
	}, "all decisions are made before a byte is printed"},
	"templates":                   {nil, "text"},
	"generator/internal/render":   {[]string{"generator/internal/model", "generator/internal/policy", "generator/internal/state", "templates"}, "printing sees the model, never its sources"},
	"generator/internal/explain":  {[]string{"generator/diag", "generator/internal/model", "generator/internal/policy"}, "what a call does follows from the model; positions come from its sources"},
	"generator/internal/display":  {[]string{"generator/internal/explain", "generator/internal/policy", "generator/internal/svg"}, "shows data that are finished"},
	"generator/internal/graph":    {[]string{"generator/diag", "internal/nearest"}, "a system is data; who loads it knows where it comes from"},
	"generator/internal/system":   {[]string{"generator/diag", "generator/internal/build", "generator/internal/graph", "generator/internal/model", "generator/internal/policy"}, "a system is made of models, and of nothing that they were made from"},
	"generator/internal/picture":  {[]string{"generator/internal/graph", "generator/internal/layout", "generator/internal/policy", "generator/internal/svg"}, "shows a graph that is finished"},
	"generator/internal/layout":   {nil, "boxes and lines, whatever they stand for"},
	"generator/internal/svg":      {nil, "text"},
	"generator/internal/splice":   {nil, "edits are a function of text alone"},
	"generator/internal/breaking": {nil, "what breaks callers is a function of descriptors alone"},
	"generator/internal/breakage": {nil, "what compiles is a function of Go text"},
	"generator/internal/handlers": {[]string{"generator/internal/splice"}, "what becomes of the user's Go is a function of Go text"},
	"generator/internal/merge":    {[]string{"generator/internal/splice"}, "a merge is a function of three texts"},
	"generator/internal/plan":     {[]string{"generator/internal/merge", "generator/internal/state"}, "a plan is a function of state, disk and files"},
	"generator/internal/write":    {[]string{"generator/internal/plan", "generator/internal/state"}, "the only package that changes the disk, and only by a plan"},
	"generator": {[]string{
		"generator/diag", "generator/internal/breakage", "generator/internal/breaking", "generator/internal/build", "generator/internal/display", "generator/internal/explain", "generator/internal/gomod", "generator/internal/graph", "generator/internal/handlers", "generator/internal/merge",
		"generator/internal/model", "generator/internal/picture", "generator/internal/plan", "generator/internal/policy", "generator/internal/protoload", "generator/internal/render", "generator/internal/state", "generator/internal/stubs", "generator/internal/system", "generator/internal/write", "internal/nearest",
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
