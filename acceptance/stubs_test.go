package acceptance

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestStubs compares, byte for byte, the stubs that msgen writes for real protos with those that protoc and the
// official plugins write for the same Go packages. Only the line of the header that names the compiler may differ.
//
// Each corpus is generated twice: into a module of msgen's own choosing, where every go_package is derived, and into
// the module that its authors named, where their go_package holds, unless that hides it from the tree.
func TestStubs(t *testing.T) {
	compilers := compilers{
		msgen:      program.BuildMsgen(t, repository),
		protoc:     program.Tool(t, "protoc"),
		plugins:    []string{program.Tool(t, "protoc-gen-go"), program.Tool(t, "protoc-gen-go-grpc")},
		googleapis: googleapis(t),
	}
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "corpus\tgo_package\tprotos\tstubs\tequal")
	for _, c := range corpora() {
		compare := func(packages, module string) {
			t.Run(c.path()+"/"+packages, func(t *testing.T) {
				total := compilers.compareCorpus(t, c, module)
				fmt.Fprintf(rows, "%s\t%s\t%d\t%d\t%d\n", c.module, packages, total.protos, total.stubs, total.equal)
			})
		}
		compare("derived", derived)
		if !c.hidden {
			compare("honoured", c.path())
		}
	}
	require.NoError(t, rows.Flush())
	t.Log("\n" + table.String())
}

// imported are the protos and folders of a corpus whose stubs a tree in a module imports: none in the module that holds them.
func (c corpus) imported(module string) []string {
	if module == c.path() {
		return nil
	}
	return c.linked
}

// derived is a module that no proto names, so that msgen derives every go_package.
const derived = "example.com/acceptance"

// compilers are the programs that TestStubs sets against each other.
type compilers struct {
	msgen, protoc string
	plugins       []string
	googleapis    string // a descriptor set of the protos that are no files
}

// tally counts what was compared.
type tally struct{ protos, stubs, equal int }

func (c compilers) compareCorpus(t *testing.T, from corpus, module string) tally {
	t.Helper()
	root := t.TempDir()
	from.copyInto(t, root)
	var total tally
	for _, protos := range from.programs(t) {
		got := c.runMsgen(t, root, protos, module, from.imported(module))
		want := map[string]string{}
		if len(got) > 0 {
			want = c.runProtoc(t, root, got, module)
		}
		assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)), "the stubs that there are")
		total.protos += len(protos)
		for name, stub := range want {
			total.stubs++
			if withoutCompiler(stub) == withoutCompiler(got[name]) {
				total.equal++
				continue
			}
			t.Errorf("%s differs:\n%s", name, firstDifference(stub, got[name]))
		}
	}
	return total
}

// runMsgen emits the whole service for the protos and returns its stubs by path. The stubs of imported protos and folders are elsewhere.
func (c compilers) runMsgen(t *testing.T, root string, protos []string, module string, imported []string) map[string]string {
	t.Helper()
	stubs := stubsIn(t, emit(t, c.msgen, root, protos, module))
	packages := packagesOf(stubs, module)
	for _, proto := range protos {
		if slices.ContainsFunc(imported, func(item string) bool { return proto == item || strings.HasPrefix(proto, item+"/") }) {
			assert.NotContains(t, packages, proto, "the program would link it twice")
			continue
		}
		assert.Contains(t, packages, proto, "msgen wrote no stub for it")
	}
	return stubs
}

// emit has msgen make a service of protos, whose paths are relative to root, and returns the folder of its tree.
func emit(t *testing.T, msgen, root string, protos []string, module string) string {
	t.Helper()
	out := t.TempDir()
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	write(t, policy, fmt.Sprintf("version: v1\nservice: {name: acceptance, module: %s}\n", module))
	program.Run(t, root, msgen, append([]string{"generate", "-I", ".", "-p", policy, "-o", out}, protos...)...)
	return out
}

// runProtoc has the official plugins write the stubs of the same protos for the same Go packages as those given, and
// returns them by path.
func (c compilers) runProtoc(t *testing.T, root string, stubs map[string]string, module string) map[string]string {
	t.Helper()
	out := t.TempDir()
	packages := packagesOf(stubs, module)
	args := []string{"-I", ".", "--descriptor_set_in", c.googleapis, "--experimental_allow_proto3_optional"}
	for _, plugin := range c.plugins {
		name := strings.TrimPrefix(filepath.Base(plugin), "protoc-gen-")
		args = append(args, "--plugin="+plugin, "--"+name+"_out="+out, "--"+name+"_opt=module="+module)
		for proto, goPackage := range packages {
			args = append(args, "--"+name+"_opt=M"+proto+"="+goPackage)
		}
	}
	program.Run(t, root, c.protoc, append(args, slices.Sorted(maps.Keys(packages))...)...)
	return stubsIn(t, out)
}

// stubsIn returns the content of every *.pb.go below dir by its slash-separated path from there.
func stubsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	stubs := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".pb.go") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		stubs[name] = string(content)
		return err
	})
	require.NoError(t, err)
	return stubs
}

var (
	sourceLine   = regexp.MustCompile(`(?m)^// (?:source: )?(\S+\.proto)(?: is a deprecated file\.)?$`)
	packageLine  = regexp.MustCompile(`(?m)^package (\w+)$`)
	compilerLine = regexp.MustCompile(`(?m)^(// (?:\t|- )protoc +)(?:v\S+|\(unknown\))$`)
)

// packagesOf reads back, from the stubs of a module by path, which Go package each proto has: as protoc's M takes it,
// "import/path;name".
func packagesOf(stubs map[string]string, module string) map[string]string {
	packages := map[string]string{}
	for name, stub := range stubs {
		source, clause := sourceLine.FindStringSubmatch(stub), packageLine.FindStringSubmatch(stub)
		if source != nil && clause != nil {
			packages[source[1]] = path.Join(module, path.Dir(name)) + ";" + clause[1]
		}
	}
	return packages
}

// withoutCompiler is a stub whose header leaves open which compiler read the proto.
func withoutCompiler(stub string) string {
	return compilerLine.ReplaceAllString(stub, "${1}(unknown)")
}

// firstDifference shows the first line in which two stubs differ, other than the compiler's.
func firstDifference(want, got string) string {
	wantLines, gotLines := strings.Split(withoutCompiler(want), "\n"), strings.Split(withoutCompiler(got), "\n")
	for i := range min(len(wantLines), len(gotLines)) {
		if wantLines[i] != gotLines[i] {
			return fmt.Sprintf("line %d\nwant: %s\ngot:  %s", i+1, wantLines[i], gotLines[i])
		}
	}
	return fmt.Sprintf("want %d lines, got %d", len(wantLines), len(gotLines))
}
