package acceptance

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// corpus is a set of real protos: those that a Go module ships.
type corpus struct {
	module  string   // a Go module and its version: "k8s.io/kms@v0.37.2"
	folder  string   // the folder of the module that imports are relative to; empty means the module's root
	as      string   // what the imports call that folder: "etcd/api"; empty means that they begin inside it
	without []string // the protos and folders to leave out, each with its reason beside it
	linked  []string // the protos and folders whose stubs are imported from a module that msgen pins
	needs   []string // the modules of other corpora whose protos these import
	edit    []string // pairs of old and new text: what Debian's old protoc cannot read, and what stands for it
	apart   bool     // each folder is a program of its own: some of them define the same names
	hidden  bool     // its go_packages are internal to folders, where no tree at the module's root may import them
}

// corpora are the protos that msgen's stubs are compared on.
func corpora() []corpus {
	return []corpus{
		{
			module:  "google.golang.org/grpc/examples@v0.0.0-20260825154716-030ee8becb20",
			without: []string{"route_guide/routeguide/route_guide.proto"}, // edition 2023, which Debian's protoc lacks
			apart:   true,
		},
		{
			module:  "google.golang.org/grpc@v1.85.0",
			without: []string{"test/codec_perf"}, // no service
			apart:   true,
		},
		{
			module:  "go.etcd.io/etcd/api/v3@v3.7.3",
			as:      "etcd/api",
			linked:  []string{"etcd/api"},
			without: []string{"etcd/api/etcdserverpb/raft_internal.proto"}, // imports rpc.proto by a second path
			needs:   []string{"github.com/grpc-ecosystem/grpc-gateway/v2@v2.33.0"},
		},
		{module: "k8s.io/cri-api@v0.37.2", edit: []string{" [debug_redact = true]", ""}},
		{module: "k8s.io/kubelet@v0.37.2", apart: true},
		{module: "k8s.io/kms@v0.37.2", apart: true},
		{module: "github.com/containerd/containerd/api@v1.12.0"},
		{module: "github.com/container-storage-interface/spec@v1.13.0"},
		{module: "github.com/hashicorp/consul/proto-public@v0.6.2"},
		{
			module: "github.com/grpc-ecosystem/grpc-gateway/v2@v2.33.0",
			linked: []string{"protoc-gen-openapiv2/options"},
			without: []string{
				"examples/internal/proto/examplepb/opaque.proto",      // edition 2023 as well
				"runtime/internal/examplepb/non_standard_names.proto", // would be the same Go file as examples/internal/...
			},
			hidden: true,
		},
		{
			module: "cel.dev/expr@v0.25.3", folder: "proto",
			linked: []string{
				"cel/expr/checked.proto", "cel/expr/eval.proto", "cel/expr/explain.proto", "cel/expr/syntax.proto", "cel/expr/value.proto",
			},
		},
	}
}

// path is the module's path without its version.
func (c corpus) path() string {
	modulePath, _, _ := strings.Cut(c.module, "@")
	return modulePath
}

// programs returns the import paths of the corpus's protos, in the groups that can be linked into one program.
func (c corpus) programs(t *testing.T) [][]string {
	t.Helper()
	groups := map[string][]string{}
	for _, file := range protosIn(t, c.moduleFolder(t)) {
		proto := path.Join(c.as, file)
		if slices.Contains(c.without, proto) || slices.Contains(c.without, path.Dir(proto)) {
			continue
		}
		group := ""
		if c.apart {
			group = path.Dir(proto)
		}
		groups[group] = append(groups[group], proto)
	}
	require.NotEmpty(t, groups)
	return slices.Collect(maps.Values(groups))
}

// given copies the corpus's protos to a folder, and has protoc read what its programs are made from. A program without a service
// is left out.
func (c corpus) given(t *testing.T, tools compilers) []givenProtos {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, c.folder)
	c.copyInto(t, folder)
	var all []givenProtos
	for _, protos := range c.programs(t) {
		set := filepath.Join(t.TempDir(), "set.binpb")
		program.Run(t, folder, tools.protoc, append([]string{"-I", ".", "--descriptor_set_in", tools.googleapis, "-o", set}, protos...)...)
		given := givenProtos{root: root, folder: c.folder, targets: readSet(t, set).GetFile()}
		if countServices(given.targets).services > 0 {
			all = append(all, given)
		}
	}
	return all
}

// copyInto copies the corpus's protos, and those of the modules that they import, to where imports from root find
// them.
func (c corpus) copyInto(t *testing.T, root string) {
	t.Helper()
	folder, edit := c.moduleFolder(t), strings.NewReplacer(c.edit...)
	for _, file := range protosIn(t, folder) {
		content, err := os.ReadFile(filepath.Join(folder, file))
		require.NoError(t, err)
		write(t, filepath.Join(root, c.as, file), edit.Replace(string(content)))
	}
	for _, module := range c.needs {
		i := slices.IndexFunc(corpora(), func(other corpus) bool { return other.module == module })
		require.GreaterOrEqual(t, i, 0, "%s needs %s, which is no corpus", c.module, module)
		corpora()[i].copyInto(t, root)
	}
}

// moduleFolder downloads the module, if it is not there, and returns the folder that its imports are relative to.
func (c corpus) moduleFolder(t *testing.T) string {
	t.Helper()
	var downloaded struct{ Dir string }
	out := program.Run(t, t.TempDir(), "go", "mod", "download", "-json", c.module)
	require.NoError(t, json.Unmarshal([]byte(out), &downloaded))
	return filepath.Join(downloaded.Dir, c.folder)
}

// protosIn returns the .proto files below dir by their slash-separated path from there, sorted.
func protosIn(t *testing.T, dir string) []string {
	t.Helper()
	var protos []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".proto" {
			protos = append(protos, name)
		}
		return err
	})
	require.NoError(t, err)
	return protos
}
