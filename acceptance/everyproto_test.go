package acceptance

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/acceptance/program"
)

var wholeCorpus = flag.Bool("corpus", false, "TestCorpus takes every module, not those alone that are soon built")

// shipped is a set of real protos whose Go modules hold their stubs alone: descriptors, that is, which reach msgen as a plugin
// of protoc's.
type shipped struct {
	module string
	needs  []string // modules with what its protos import
	tests  string   // the folder of protos that only test the module; empty: none
	big    bool     // left out unless the whole corpus is asked for
}

// shippedModules are beside corpora, whose protos are text.
func shippedModules() []shipped {
	const (
		iam      = "cloud.google.com/go/iam@v1.15.1"
		genproto = "google.golang.org/genproto@v0.0.0-20261026165753-2ffab32bce7e"
		api      = "google.golang.org/genproto/googleapis/api@v0.0.0-20261026165753-2ffab32bce7e"
		rpc      = "google.golang.org/genproto/googleapis/rpc@v0.0.0-20261026165753-2ffab32bce7e"
	)
	google := []string{"cloud.google.com/go/longrunning@v1.5.0", iam, genproto, api, rpc}
	return []shipped{
		{module: "go.opentelemetry.io/proto/otlp@v1.11.1"},
		{module: "go.temporal.io/api@v1.64.3", tests: "internal/", big: true},
		{module: "go.temporal.io/cloud-sdk@v0.23.0", needs: []string{
			"go.temporal.io/api@v1.64.3", "github.com/grpc-ecosystem/grpc-gateway/v2@v2.33.0",
		}, big: true},
		{module: "github.com/cncf/xds/go@v0.0.0-20260202195803-dba9d589def2", needs: []string{
			"cel.dev/expr@v0.25.3", "github.com/envoyproxy/protoc-gen-validate@v1.3.3", api,
		}},
		{module: "github.com/envoyproxy/go-control-plane/envoy@v1.40.0", needs: []string{
			"cel.dev/expr@v0.25.3", "github.com/cncf/xds/go@v0.0.0-20260202195803-dba9d589def2",
			"github.com/envoyproxy/protoc-gen-validate@v1.3.3", "go.opentelemetry.io/proto/otlp@v1.11.1",
			"github.com/prometheus/client_model@v0.6.2", api,
		}, big: true},
		{module: "cloud.google.com/go/kms@v1.37.0", needs: google},
		{module: "cloud.google.com/go/pubsub/v2@v2.9.0", needs: google},
		{module: "cloud.google.com/go/run@v1.25.0", needs: google, big: true},
		{module: "cloud.google.com/go/storage@v1.70.0", needs: google, big: true},
		{module: "cloud.google.com/go/dataplex@v1.39.0", needs: google, big: true},
		{module: "cloud.google.com/go/networkmanagement@v1.34.0", needs: google, big: true},
		{module: iam, needs: google, big: true},
		{module: "github.com/yandex-cloud/go-genproto@v0.137.0", needs: google, big: true},
	}
}

// TestCorpus generates the services of real protos under a policy that has every section, and has Go build, vet and start the
// result. The protos of one module are one program, or several where they say so.
func TestCorpus(t *testing.T) {
	run := corpusRun{
		tools: compilers{
			msgen: program.BuildMsgen(t, repository), protoc: program.Tool(t, "protoc-current"), googleapis: googleapis(t),
		},
		plugin: program.BuildPlugin(t, repository),
	}
	var err error
	run.policy, err = filepath.Abs("testdata/everything.yaml")
	require.NoError(t, err)
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(rows, "services\tRPCs\tgenerated\tbuilt\tstarted\tseconds\t  module")
	var all corpusRow
	ran := 0
	add := func(module string, row func(*testing.T) corpusRow) {
		t.Run(module, func(t *testing.T) {
			start := time.Now()
			r := row(t)
			all.add(r)
			ran++
			fmt.Fprintf(rows, "%s\t%.0f\t  %s\n", &r, time.Since(start).Seconds(), module)
			t.Logf("%d services with %d RPCs: %d generated, %d built, %d started", r.services, r.rpcs, r.generated, r.built, r.started) // for a run that does not end
		})
	}
	for _, c := range corpora() {
		add(c.module, func(t *testing.T) corpusRow { return run.text(t, c) })
	}
	for _, s := range shippedModules() {
		if *wholeCorpus || !s.big {
			add(s.module, func(t *testing.T) corpusRow { return run.shipped(t, s) })
		}
	}
	fmt.Fprintf(rows, "%s\t\t  all\n", &all)
	require.NoError(t, rows.Flush())
	t.Log("\n" + table.String())
	assert.Equal(t, all.services, all.built)
	assert.Equal(t, all.services, all.started)
	if ran == len(corpora())+len(shippedModules()) { // -run may have left some out
		assert.GreaterOrEqual(t, all.services, 300)
		assert.GreaterOrEqual(t, all.rpcs, 3000)
	}
}

// corpusRow counts what the protos of a module have, and for how many of its services msgen wrote a server that Go builds.
type corpusRow struct{ services, rpcs, generated, built, started int }

func (r *corpusRow) add(other corpusRow) {
	r.services += other.services
	r.rpcs += other.rpcs
	r.generated += other.generated
	r.built += other.built
	r.started += other.started
}

func (r *corpusRow) String() string {
	return fmt.Sprintf("%d\t%d\t%d\t%d\t%d", r.services, r.rpcs, r.generated, r.built, r.started)
}

// corpusRun is what all modules have in common.
type corpusRun struct {
	tools          compilers
	plugin, policy string
}

// text has the command line make the services of protos that are text.
func (c corpusRun) text(t *testing.T, from corpus) corpusRow {
	t.Helper()
	root := t.TempDir()
	from.copyInto(t, root)
	var total corpusRow
	for _, protos := range from.programs(t) {
		set := filepath.Join(t.TempDir(), "set.binpb")
		args := []string{"-I", ".", "--descriptor_set_in", c.tools.googleapis, "-o", set}
		program.Run(t, root, c.tools.protoc, append(args, protos...)...)
		row := countServices(readSet(t, set).GetFile())
		if row.services == 0 {
			continue
		}
		out := t.TempDir()
		told := program.Run(t, root, c.tools.msgen, append([]string{"generate", "-I", ".", "-p", c.policy, "-o", out}, protos...)...)
		row.buildTree(t, out, strings.Contains(told, "go mod tidy"))
		total.add(row)
	}
	return total
}

// shipped has the plugin make the services of a module's descriptors.
func (c corpusRun) shipped(t *testing.T, from shipped) corpusRow {
	t.Helper()
	known := map[string]*descriptorpb.FileDescriptorProto{}
	for _, file := range readSet(t, c.tools.googleapis).GetFile() {
		known[file.GetName()] = file
	}
	own := descriptorsIn(t, corpus{module: from.module}.moduleFolder(t))
	targets := slices.DeleteFunc(own, func(file *descriptorpb.FileDescriptorProto) bool {
		_, before := known[file.GetName()]
		known[file.GetName()] = file
		return before || from.tests != "" && strings.HasPrefix(file.GetName(), from.tests) // others own google's
	})
	for _, module := range from.needs {
		for _, file := range descriptorsIn(t, corpus{module: module}.moduleFolder(t)) {
			if _, before := known[file.GetName()]; !before {
				known[file.GetName()] = file
			}
		}
	}
	encoded, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: inOrder(t, targets, known)})
	require.NoError(t, err)
	dir, out := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "set.binpb"), string(encoded))
	args := []string{"--descriptor_set_in=set.binpb", "--plugin=protoc-gen-msgen=" + c.plugin, "--msgen_out=" + out,
		"--msgen_opt=stubs=true,existing=" + out + ",policy=" + c.policy}
	for _, file := range targets {
		args = append(args, file.GetName())
	}
	told := program.Stderr(t, dir, c.tools.protoc, args...)
	row := countServices(targets)
	row.buildTree(t, out, strings.Contains(told, "go mod tidy"))
	return row
}

func readSet(t *testing.T, file string) *descriptorpb.FileDescriptorSet {
	t.Helper()
	encoded, err := os.ReadFile(file)
	require.NoError(t, err)
	set := &descriptorpb.FileDescriptorSet{}
	require.NoError(t, proto.Unmarshal(encoded, set))
	return set
}

func countServices(files []*descriptorpb.FileDescriptorProto) corpusRow {
	var row corpusRow
	for _, file := range files {
		for _, service := range file.GetService() {
			row.services++
			row.rpcs += len(service.GetMethod())
		}
	}
	return row
}

var registered = regexp.MustCompile(`\bRegister\w+Server\(`)

// buildTree counts the services that the tree serves, and has Go build and vet it. Without their paths, packages that trees
// have in common are compiled once.
func (r *corpusRow) buildTree(t *testing.T, tree string, tidy bool) {
	t.Helper()
	services, err := os.ReadFile(filepath.Join(tree, "internal", "server", "services.go"))
	require.NoError(t, err)
	r.generated = len(registered.FindAll(services, -1))
	steps := [][]string{{"go", "build", "-trimpath", "./..."}, {"go", "vet", "-trimpath", "./..."}}
	if tidy {
		steps = slices.Insert(steps, 0, []string{"go", "mod", "tidy"})
	}
	for _, step := range steps {
		cmd := exec.CommandContext(t.Context(), step[0], step[1:]...)
		cmd.Dir = tree
		if out, err := cmd.CombinedOutput(); !assert.NoError(t, err, "%s\n%.4000s", step, out) {
			return
		}
	}
	r.built = r.generated
	t.Run("starts", func(t *testing.T) { // a program that links a proto twice does not
		t.Setenv("DRAIN_DELAY", "0s")
		serve(t, tree, "./cmd/corpus", "-trimpath", "-ldflags=-s -w") // which is linked in half the time
		r.started = r.generated
	})
}
