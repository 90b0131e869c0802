package acceptance

import (
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/acceptance/program"
)

// givenProtos are the protos of one program.
type givenProtos struct {
	root    string // the folder that has them as text, as their repository has them
	folder  string // the folder below root that imports are relative to; empty: root
	targets []*descriptorpb.FileDescriptorProto
}

// names are the names of the protos, in a folder that is called so from where a program runs.
func (g givenProtos) names(folder string) []string {
	var names []string
	for _, target := range g.targets {
		names = append(names, path.Join(folder, target.GetName()))
	}
	return names
}

// corpusRun is what all modules have in common.
type corpusRun struct {
	tools          compilers
	plugin, policy string
}

func newCorpusRun(t *testing.T) corpusRun {
	t.Helper()
	policy, err := filepath.Abs("testdata/everything.yaml")
	require.NoError(t, err)
	return corpusRun{
		tools: compilers{
			msgen: program.BuildMsgen(t, repository), protoc: program.Tool(t, "protoc-current"), googleapis: googleapis(t),
		},
		plugin: program.BuildPlugin(t, repository), policy: policy,
	}
}

// module makes the programs of a module, side by side: the linker of one leaves a processor to the others.
func (c corpusRun) module(t *testing.T, programs []givenProtos) corpusRow {
	t.Helper()
	var mu sync.Mutex
	var total corpusRow
	t.Run("programs", func(t *testing.T) {
		for i, given := range programs {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				start := time.Now()
				row := c.row(t, given)
				row.busy = time.Since(start)
				mu.Lock()
				defer mu.Unlock()
				total.add(row)
			})
		}
	})
	t.Logf("%+v", total) // for a run that does not end
	return total
}

// row makes a program by the command line, in the working directory without an import path too, and by the plugin.
func (c corpusRun) row(t *testing.T, given givenProtos) corpusRow {
	t.Helper()
	row := countServices(given.targets)
	rootless := append([]string{"generate", "-p", c.policy, "-o", t.TempDir()}, given.names(given.folder)...)
	cmd := exec.CommandContext(t.Context(), c.tools.msgen, rootless...)
	cmd.Dir = given.root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("without -I: %.2000s", out)
	} else {
		row.rootless = row.services
	}
	tree := t.TempDir()
	protos, names := filepath.Join(given.root, given.folder), given.names("")
	told := program.Run(t, protos, c.tools.msgen, append([]string{"generate", "-I", ".", "-p", c.policy, "-o", tree}, names...)...)
	byPlugin := t.TempDir()
	program.Run(t, protos, c.tools.protoc, append([]string{
		"-I", ".", "--descriptor_set_in", c.tools.googleapis, "--plugin=protoc-gen-msgen=" + c.plugin,
		"--msgen_out=" + byPlugin, "--msgen_opt=stubs=true,existing=" + byPlugin + ",policy=" + c.policy,
	}, names...)...)
	assertSameTree(t, tree, byPlugin)
	row.buildTree(t, tree, strings.Contains(told, "go mod tidy"))
	return row
}

// assertSameTree compares a tree with the plugin's tree. Left out are the files that say how a tree was made, and the inputs: the
// command line copies inputs from outside of the repository.
func assertSameTree(t *testing.T, tree, byPlugin string) {
	t.Helper()
	want, got := alike(treeOf(t, tree)), alike(treeOf(t, byPlugin))
	for name, text := range want {
		if got[name] != text {
			t.Errorf("the plugin makes another %s: %s", name, firstDifference(text, got[name]))
		}
	}
	for name := range got {
		assert.Contains(t, want, name, "the plugin alone makes it")
	}
}

// alike are the files of a tree that every front end makes the same.
func alike(files map[string]string) map[string]string {
	maps.DeleteFunc(files, func(name, _ string) bool {
		switch name = strings.TrimPrefix(name, ".msgen/base/"); name {
		case ".msgen/state.json", "Makefile", "README.md", "Jenkinsfile", ".gitlab-ci.yml", ".github/workflows/corpus.yaml":
			return true
		default:
			return strings.HasPrefix(name, "proto/") || name == "policy.yaml"
		}
	})
	return files
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
	bin := t.TempDir()
	steps := [][]string{ // without what a debugger needs, a program is linked in half the time
		{"go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin + "/", "./..."},
		{"go", "vet", "-trimpath", "./..."},
	}
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
		serveBuilt(t, filepath.Join(bin, "corpus"), "DRAIN_DELAY=0s")
		r.started = r.generated
	})
}
