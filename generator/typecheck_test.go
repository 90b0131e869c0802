package generator

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
)

// typeChecker checks emitted trees as the compiler does, in memory: every identifier, type and import, in tests too.
// What trees import from other modules comes from the build cache, read once.
type typeChecker struct {
	files   *token.FileSet
	outside types.Importer
}

// typeCheckedProto is a service that imports every package which the trees under test may import.
const typeCheckedProto = `syntax = "proto3";
package shop.v1;
import "google/protobuf/empty.proto";
import "google/protobuf/timestamp.proto";
service Orders { rpc Get(google.protobuf.Empty) returns (google.protobuf.Timestamp); }
message Got {}
`

const typeCheckedPolicy = `server: {rateLimit: {requestsPerSecond: 1}}
events: {broker: kafka, publish: [{topic: got, message: shop.v1.Got}], subscribe: [{topic: got, message: shop.v1.Got}]}
discovery: {provider: etcd}
resilience: {defaults: {retry: {maxAttempts: 2}}}
observability: {tracing: {exporter: otlp, endpoint: "jaeger:4317"}}
`

func newTypeChecker(t testing.TB) *typeChecker {
	t.Helper()
	dir := t.TempDir() // and not the working directory, where a fuzz test leaves what fails
	put(t, filepath.Join(dir, "a.proto"), typeCheckedProto)
	put(t, filepath.Join(dir, "policy.yaml"), typeCheckedPolicy)
	tree, err := Plan(context.Background(), Options{Protos: []string{filepath.Join(dir, "a.proto")}, Out: dir})
	require.NoError(t, err)
	writeTree(t, tree, dir)
	list := exec.Command("go", "list", "-export", "-deps", "-test", "-f", "{{.ImportPath}} {{.Export}}", "./...")
	list.Dir = dir
	list.Env = append(os.Environ(), "GOWORK=off")
	list.Stderr = os.Stderr
	out, err := list.Output()
	require.NoError(t, err)
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		importPath, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[importPath] = file
	}
	fset := token.NewFileSet()
	return &typeChecker{fset, importer.ForCompiler(fset, "gc", func(importPath string) (io.ReadCloser, error) {
		file, ok := exports[importPath]
		if !ok {
			return nil, fmt.Errorf("no tree imports %s", importPath)
		}
		return os.Open(file)
	})}
}

// check returns what the compiler would say of the Go among the files of the tree whose import path is root.
func (c *typeChecker) check(root string, files map[string]string) error {
	return c.checkModules(map[string]map[string]string{root: files})
}

// checkModules is check of modules that import each other, by their paths.
func (c *typeChecker) checkModules(modules map[string]map[string]string) error {
	tree := &checkedTree{typeChecker: c, sources: map[string][]*ast.File{}, tests: map[string][]*ast.File{}, done: map[string]*types.Package{}}
	for _, root := range slices.Sorted(maps.Keys(modules)) {
		if err := tree.parse(root, modules[root]); err != nil {
			return err
		}
	}
	for _, importPath := range slices.Sorted(maps.Keys(tree.sources)) {
		if _, err := tree.Import(importPath); err != nil {
			return err
		}
		if _, err := tree.compile(importPath, append(tree.sources[importPath], tree.tests[importPath]...)); err != nil {
			return err
		}
	}
	return nil
}

// parse adds the Go among the files of a module.
func (c *checkedTree) parse(root string, files map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_protoopaque.pb.go") { // which a build tag turns on
			continue
		}
		file, err := parser.ParseFile(c.files, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		importPath := path.Join(root, path.Dir(name))
		if err := module.CheckImportPath(importPath); err != nil {
			return err
		}
		if strings.HasSuffix(name, "_test.go") {
			c.tests[importPath] = append(c.tests[importPath], file)
		} else {
			c.sources[importPath] = append(c.sources[importPath], file)
		}
	}
	return nil
}

// checkedTree imports the tree's own packages from their sources.
type checkedTree struct {
	*typeChecker
	sources, tests map[string][]*ast.File // by import path
	done           map[string]*types.Package
}

func (c *checkedTree) Import(importPath string) (*types.Package, error) {
	if pkg, ok := c.done[importPath]; ok {
		if pkg == nil {
			return nil, fmt.Errorf("import cycle through %s", importPath)
		}
		return pkg, nil
	}
	files, ok := c.sources[importPath]
	if !ok {
		return c.outside.Import(importPath)
	}
	c.done[importPath] = nil // until it is whole
	pkg, err := c.compile(importPath, files)
	c.done[importPath] = pkg
	return pkg, err
}

func (c *checkedTree) compile(importPath string, files []*ast.File) (*types.Package, error) {
	var faults []error
	config := types.Config{Importer: c, Error: func(err error) { faults = append(faults, err) }}
	pkg, _ := config.Check(importPath, c.files, files, nil) // its error is the first of faults
	return pkg, errors.Join(faults...)
}
