package generator_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/msgen/msgen/"

type wing struct {
	name     string
	packages []string
}

// wings are the packages of the pipeline by purpose, from the disk to what is shown. A package imports its own
// wing, the wings before it, and the packages under all of them. A package that is missing here fails the test.
var wings = []wing{
	{"reading", []string{"checkout", "disk", "gitindex", "inputs", "pluginparam", "policy", "protoload", "state"}},
	{"making", []string{"build", "gateway", "gomod", "linked", "model", "monitoring", "render", "stubs", "treefiles"}},
	{"keeping", []string{"gobreak", "handlers", "merge", "methods", "pipelines", "plan", "protobreak", "record", "since", "splice", "write"}},
	{"showing", []string{"explain", "explaindraw", "graph", "graphdraw", "graphlayout", "svg", "systemgraph"}},
}

// under is what any package of the pipeline may import.
var under = []string{"generator/diag", "internal/nearest", "internal/parallel", "internal/shellword"}

// around are the packages outside the pipeline, with what each of them may import.
var around = map[string]struct {
	imports []string
	why     string
}{
	"generator/diag":       {nil, "problems are plain data that every package may make"},
	"internal/nearest":     {nil, "a function of strings"},
	"internal/parallel":    {nil, "runs functions, whatever they do"},
	"internal/shellword":   {nil, "a function of a text"},
	"templates":            {nil, "text"},
	"cmd/internal/cli":     {[]string{"generator", "generator/diag", "internal/nearest"}, "the command line uses the public door, as any program would"},
	"cmd/msgen":            {[]string{"cmd/internal/cli"}, "main is one statement"},
	"cmd/protoc-gen-msgen": {[]string{"cmd/internal/cli"}, "the same program under another name"},
	"bench/generate":       {nil, "measures the program from outside, as its users run it"},
	"bench/lines":          {nil, "counts what the program emits, as its users have it"},
	"bench/scale":          {nil, "measures the program from outside, as its users run it"},
	"bench/throughput":     {nil, "measures the emitted service from outside, as its callers see it"},
	"internal/shop":        {[]string{"generator"}, "an example uses the public door, as any program would"},
	"internal/words":       {nil, "reads the text of this project, not its meaning"},
}

// only are packages of the pipeline that import less than their wing lets them.
var only = map[string]struct {
	imports []string
	why     string
}{
	"reading/checkout":    {nil, "what git does to a text, whatever the text"},
	"reading/disk":        {nil, "the disk is files, whatever they mean"},
	"reading/gitindex":    {[]string{"reading/disk"}, "what git tracks is a file like others"},
	"reading/policy":      {[]string{"reading/checkout"}, "the language stands without any proto"},
	"reading/protoload":   {[]string{"reading/checkout", "reading/disk"}, "descriptors stand without any policy"},
	"reading/state":       {[]string{"reading/checkout"}, "the tree's memory knows files, not what they mean"},
	"making/gomod":        {nil, "go.mod is a function of imports alone"},
	"making/linked":       {[]string{"making/model", "reading/policy"}, "what a program links is a function of imports, descriptors and the policy"},
	"making/model":        {[]string{"reading/policy"}, "templates read finished data: no descriptor, no disk"},
	"making/monitoring":   {[]string{"making/model", "reading/policy"}, "what is watched follows from the model"},
	"making/render":       {[]string{"making/model", "making/monitoring", "reading/policy", "reading/state", "templates"}, "printing sees the model, never its sources"},
	"making/stubs":        {nil, "stubs are a function of descriptors alone"},
	"keeping/merge":       {[]string{"keeping/splice", "reading/checkout"}, "a merge is a function of three texts"},
	"keeping/methods":     {[]string{"keeping/splice"}, "what a type has is a function of text alone"},
	"keeping/pipelines":   {[]string{"keeping/plan", "making/model", "reading/disk", "reading/policy", "reading/state"}, "what becomes of pipelines follows from the plan and the model"},
	"keeping/plan":        {[]string{"keeping/merge", "keeping/splice", "reading/checkout", "reading/disk", "reading/state"}, "a plan is a function of state, disk and files"},
	"keeping/protobreak":  {nil, "what breaks callers is a function of descriptors alone"},
	"keeping/splice":      {[]string{"reading/checkout"}, "edits are a function of text alone"},
	"keeping/write":       {[]string{"keeping/plan", "reading/checkout", "reading/disk", "reading/gitindex", "reading/state"}, "what is written was decided before"},
	"showing/explain":     {[]string{"making/model", "reading/policy"}, "what a call does follows from the model"},
	"showing/explaindraw": {[]string{"reading/policy", "showing/explain", "showing/svg"}, "shows data that are finished"},
	"showing/graph":       {nil, "a system is data; who loads it knows where it comes from"},
	"showing/graphdraw":   {[]string{"reading/policy", "showing/graph", "showing/graphlayout", "showing/svg"}, "shows a graph that is finished"},
	"showing/graphlayout": {nil, "boxes and lines, whatever they stand for"},
	"showing/svg":         {nil, "text"},
}

const (
	pipeline = "generator/internal/"
	runtime  = "templates/service/internal/" // Go that trees get as it is
)

// everyTree are the modules that every emitted service links, and so any package of the runtime may import.
var everyTree = []string{"github.com/prometheus/client_golang", "google.golang.org/grpc", "google.golang.org/protobuf"}

// someTrees are the packages of the runtime that import other modules, which a service links only if it has the package.
var someTrees = map[string][]string{
	"loadbalancer":           {"github.com/cespare/xxhash/v2"}, // which client_golang links in every tree
	"loadbalancer/weighted":  {"github.com/cncf/xds/go"},
	"consul":                 {"github.com/hashicorp/consul/api"},
	"etcd":                   {"go.etcd.io/etcd", "go.uber.org/zap"},
	"events/kafka":           {"github.com/twmb/franz-go"},
	"events/kafkagroup":      {"github.com/twmb/franz-go", "github.com/twmb/franz-go/pkg/kadm"},
	"events/rabbitmq":        {"github.com/rabbitmq/amqp091-go"},
	"events/spans":           {"go.opentelemetry.io/otel"},
	"resilience":             {"go.yaml.in/yaml/v4"},
	"rpctracing":             {"go.opentelemetry.io/otel", "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"},
	"telemetry/otlp":         {"go.opentelemetry.io/otel"},
	"telemetry/tracecontext": {"go.opentelemetry.io/otel/trace"}, // without the SDK, which clients do not link
	"telemetry/tracing":      {"go.opentelemetry.io/otel"},
	"telemetry/zipkin":       {"go.opentelemetry.io/otel"},
	"transcoding":            {"connectrpc.com/connect", "connectrpc.com/vanguard"},
	"validation":             {"buf.build/go/protovalidate"},
}

// allowed says what a package of msgen may import, and why it may not import more.
func allowed(pkg string) (imports func(string) bool, why string) {
	if outside, ok := around[pkg]; ok {
		return func(imported string) bool { return slices.Contains(outside.imports, imported) }, outside.why
	}
	if strings.HasPrefix(pkg, runtime) {
		return func(imported string) bool { return strings.HasPrefix(imported, runtime) }, "a tree has the runtime and nothing else of msgen's"
	}
	if pkg == "generator" {
		return func(string) bool { return true }, "the only door"
	}
	in, name, _ := strings.Cut(strings.TrimPrefix(pkg, pipeline), "/")
	i := slices.IndexFunc(wings, func(w wing) bool { return w.name == in && slices.Contains(w.packages, name) })
	if i < 0 {
		return nil, ""
	}
	if less, ok := only[in+"/"+name]; ok {
		return func(imported string) bool {
			return slices.Contains(under, imported) || slices.Contains(less.imports, strings.TrimPrefix(imported, pipeline))
		}, less.why
	}
	return func(imported string) bool {
		other, _, _ := strings.Cut(strings.TrimPrefix(imported, pipeline), "/")
		return slices.Contains(under, imported) || strings.HasPrefix(imported, pipeline) &&
			slices.ContainsFunc(wings[:i+1], func(w wing) bool { return w.name == other })
	}, "a wing imports itself and those before it"
}

// TestLayers holds the imports of every package to the tables.
func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, pkg := range listPackages(t) {
		name := strings.TrimPrefix(pkg.ImportPath, module)
		seen[name] = true
		may, why := allowed(name)
		if !assert.NotNil(t, may, "%s is in no table of layers", name) {
			continue
		}
		for _, imported := range pkg.Imports {
			if inHouse, ours := strings.CutPrefix(imported, module); ours {
				assert.True(t, may(inHouse), "%s imports %s: %s", name, inHouse, why)
			}
		}
	}
	for _, wing := range wings {
		for _, name := range wing.packages {
			assert.True(t, seen[pipeline+wing.name+"/"+name], "%s/%s is in the tables of layers and nowhere else", wing.name, name)
		}
	}
	for name := range around {
		assert.True(t, seen[name], "%s is in the tables of layers and nowhere else", name)
	}
	for name := range only {
		assert.True(t, seen[pipeline+name], "%s is in the tables of layers and nowhere else", name)
	}
}

// TestRuntimeLinksWhatItNeeds: a module that not every service needs comes in by a package of its own, so that services which
// share the runtime link no more than they need.
func TestRuntimeLinksWhatItNeeds(t *testing.T) {
	for _, pkg := range listPackages(t) {
		name, ok := strings.CutPrefix(pkg.ImportPath, module+runtime)
		if !ok {
			continue
		}
		may := slices.Concat(everyTree, someTrees[name])
		for _, imported := range pkg.Imports {
			first, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(first, ".") || strings.HasPrefix(imported, module) {
				continue
			}
			assert.True(t, slices.ContainsFunc(may, func(path string) bool { return imported == path || strings.HasPrefix(imported, path+"/") }),
				"%s imports %s, which not every service links", pkg.ImportPath, imported)
		}
	}
}

// TestDiskIsReadInOnePlace: what a run sees of the disk comes from one view, and what it changes there goes by one plan.
func TestDiskIsReadInOnePlace(t *testing.T) {
	touches := []string{pipeline + "reading/disk", pipeline + "keeping/write"}
	reads := regexp.MustCompile(`\bfilepath\.(Abs|EvalSymlinks|Glob|Walk|WalkDir)\(`)
	for _, pkg := range listPackages(t) {
		name := strings.TrimPrefix(pkg.ImportPath, module)
		if !strings.HasPrefix(name, "generator") || slices.Contains(touches, name) {
			continue
		}
		for _, reader := range []string{"os", "io/ioutil", "os/exec", "syscall"} {
			assert.NotContains(t, pkg.Imports, reader, "%s sees the disk by itself: ask package disk", name)
		}
		for _, file := range pkg.GoFiles {
			text, err := os.ReadFile(filepath.Join(pkg.Dir, file))
			require.NoError(t, err)
			assert.Nil(t, reads.Find(text), "%s/%s sees the disk by itself: ask package disk", name, file)
		}
	}
}

// TestStartup lists what the program links. Whatever else its module requires is for the emitted runtime and for tests: it
// would cost every start, or make the output depend on the machine.
func TestStartup(t *testing.T) {
	allowed := []string{
		"buf.build/gen/go/bufbuild/protovalidate", // the protos that msgen has in itself
		"google.golang.org/genproto/googleapis",
		"github.com/Masterminds/sprig/v3", // the functions of the templates, and what it brings along
		"dario.cat/mergo", "github.com/Masterminds/goutils", "github.com/Masterminds/semver/v3", "github.com/google/uuid",
		"github.com/huandu/xstrings", "github.com/mitchellh/copystructure", "github.com/mitchellh/reflectwalk",
		"github.com/shopspring/decimal", "github.com/spf13/cast", "golang.org/x/crypto",
		"github.com/aymanbagabas/go-udiff",
		"github.com/bufbuild/protocompile", "google.golang.org/protobuf",
		"github.com/invopop/jsonschema", "github.com/bahlo/generic-list-go", "github.com/buger/jsonparser", "github.com/pb33f/ordered-map/v2",
		"github.com/urfave/cli/v2", "github.com/cpuguy83/go-md2man/v2", "github.com/russross/blackfriday/v2", "github.com/xrash/smetrics",
		"go.yaml.in/yaml/v4",
		"golang.org/x/mod", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/term",
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{with .Module}}{{.Path}} {{end}}{{.ImportPath}}{{end}}", "../cmd/msgen").Output()
	require.NoError(t, err)
	used := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		importPath := strings.TrimSpace(line[strings.LastIndex(line, " ")+1:])
		if importPath == "" || strings.HasPrefix(importPath, module) {
			assert.NotContains(t, importPath, "/templates/service", "cmd/msgen links the runtime, which it only emits")
			continue
		}
		i := slices.IndexFunc(allowed, func(path string) bool { return importPath == path || strings.HasPrefix(importPath, path+"/") })
		if assert.GreaterOrEqual(t, i, 0, "cmd/msgen links %s", importPath) {
			used[allowed[i]] = true
		}
	}
	for _, path := range allowed {
		assert.True(t, used[path], "cmd/msgen no longer links %s: take it off the list", path)
	}
}

type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "../...").Output()
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
