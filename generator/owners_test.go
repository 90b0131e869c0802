package generator

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/internal/making/stubs"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

const published = "example.org/api"

// TestNoGoPackageIsLinkedTwice starts the servers of trees next to the module in which the owner of their protos has published
// all of these: a program that links a proto twice compiles, and panics when it starts.
func TestNoGoPackageIsLinkedTwice(t *testing.T) {
	for _, name := range []string{"owner_split", "owner_cycle", "owner_between_foreign", "owner_folders", "owner_dependency"} {
		t.Run(name, func(t *testing.T) {
			inputs := goldenInputs(t, name)
			tree, _ := emit(t, inputs) // in the working directory of this test
			writeTree(t, tree, "out")
			publish(t, slices.Sorted(maps.Keys(inputs)), "api")
			requirePublished(t, "out")
			t.Log(goRun(t, "out", "test", "-mod=mod", "-count=1", "./internal/server", "./cmd/..."))
		})
	}
}

// publish writes the module of a proto's owner with the stubs of all protos, each under its go_package, as protoc does.
func publish(t *testing.T, files []string, dir string) {
	t.Helper()
	publishModule(t, published, files, dir)
}

func publishModule(t *testing.T, modulePath string, files []string, dir string) {
	t.Helper()
	protos := slices.DeleteFunc(files, func(name string) bool { return !strings.HasSuffix(name, ".proto") })
	set, problems := protoload.Load(t.Context(), protoload.Options{View: here(t), Files: protos, ImportPaths: []string{"."}})
	require.NoError(t, problems.Err())
	var outside []string
	var params []string
	for _, file := range set.Files {
		switch declared := file.GetOptions().GetGoPackage(); {
		case strings.HasPrefix(declared, modulePath+"/"):
			outside = append(outside, file.GetName())
		case declared == "":
			params = append(params, "M"+file.GetName()+"=example.org/none/"+strings.TrimSuffix(file.GetName(), ".proto"))
		}
	}
	plugin, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: outside, ProtoFile: set.Files, Parameter: new(strings.Join(params, ",")),
	})
	require.NoError(t, err)
	written, err := stubs.Generate(plugin)
	require.NoError(t, err)
	for _, stub := range written {
		writeFile(t, filepath.Join(dir, strings.TrimPrefix(stub.Name, modulePath)), string(stub.Content))
	}
	writeFile(t, filepath.Join(dir, "go.mod"), "module "+modulePath+"\n\ngo 1.26.0\n")
}

// requirePublished has a tree require the module that stands next to it.
func requirePublished(t *testing.T, dir string) {
	t.Helper()
	goMod := strings.TrimSuffix(readFile(t, filepath.Join(dir, "go.mod")), "\n")
	writeFile(t, filepath.Join(dir, "go.mod"), goMod+"\n\nrequire "+published+" v0.0.0\n\nreplace "+published+" => ../api\n")
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}

const splitProto = `syntax = "proto3";
package shop.v1;
option go_package = "example.org/api/shop/v1;shopv1";
import "shop/item.proto";
service Orders { rpc Get(Item) returns (Item); }
`

const splitItem = `syntax = "proto3";
package shop.v1;
option go_package = "example.org/api/shop/v1;shopv1";
message Item { string id = 1; }
`

const usersStore = `package store

import (
	"example.org/api/shop/v1"
	names "example.org/api/shop/v1" // twice is allowed
)

var Item = &shopv1.Item{Id: "a"}

var Other names.Item
`

// TestUsersGoImportsTheStubsOfTheTree: what the user's Go imports under its go_package comes from the tree, whose file names
// leave nothing else to decide.
func TestUsersGoImportsTheStubsOfTheTree(t *testing.T) {
	c := newOwnerCase(t, map[string]string{"orders.proto": splitProto, "shop/item.proto": splitItem, "out/internal/store/store.go": usersStore})
	tree := c.generate()
	assert.Contains(t, tree.Notes, "out/internal/store/store.go:4: imports example.com/shop/gen/shop/v1 now, where it imported example.org/api/shop/v1")
	assert.Empty(t, tree.Next, "nothing of another module is imported")
	assert.Contains(t, readFile(t, "out/internal/store/store.go"), "\t\"example.com/shop/gen/shop/v1\"\n\tnames \"example.com/shop/gen/shop/v1\" // twice")
	goRun(t, "out", "vet", "./internal/store")

	writeFile(t, "out/internal/store/store.go", usersStore)
	assert.NotEmpty(t, c.generate().plan.Changes(), "a run of inputs that have not changed sees it too")
}

// TestMainIsNotRepointed: main.go is merged line by line, and there the import is its user's to change.
func TestMainIsNotRepointed(t *testing.T) {
	c := newOwnerCase(t, map[string]string{"orders.proto": splitProto, "shop/item.proto": splitItem})
	c.generate()
	main := readFile(t, "out/cmd/shop/main.go")
	writeFile(t, "out/cmd/shop/main.go", strings.Replace(main, "import (\n", "import (\n\t_ \"example.org/api/shop/v1\"\n", 1))
	_, err := Plan(t.Context(), c.options)
	assert.ErrorContains(t, err, `out/cmd/shop/main.go:`)
	assert.ErrorContains(t, err, `:4: imports a Go package whose stubs this tree has too: a program that links both panics when it starts: `+
		`found "example.org/api/shop/v1", want "example.com/shop/gen/shop/v1"; import "example.com/shop/gen/shop/v1" here`)
}

// TestStubFoldersStay: a Go package that comes in takes no folder from one that is there, whatever their names.
func TestStubFoldersStay(t *testing.T) {
	proto := func(name string) string {
		return "syntax = \"proto3\";\npackage shop.v1;\noption go_package = \"example.org/api/" + name + "\";\n" +
			"message M" + name + " {}\nservice " + strings.ToUpper(name) + " { rpc Get(M" + name + ") returns (M" + name + "); }\n"
	}
	c := newOwnerCase(t, map[string]string{"b.proto": proto("b"), "a.proto": proto("a")})
	c.options.Protos = []string{"b.proto"}
	c.generate()
	c.options.Protos = []string{"a.proto", "b.proto"}
	c.generate()
	assert.FileExists(t, "out/gen/shop/v1/b.pb.go")
	assert.FileExists(t, "out/gen/example.org/api/a/a.pb.go")
	c.options.Protos = []string{"a.proto"}
	c.generate()
	assert.FileExists(t, "out/gen/example.org/api/a/a.pb.go", "the first has gone, and the second stays")
}

// ownerCase is a working directory with protos, and the run that makes a tree of them.
type ownerCase struct {
	t       *testing.T
	options Options
}

func newOwnerCase(t *testing.T, files map[string]string) ownerCase {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir(".git", 0o755)) // inputs of one repository are not copied
	for name, text := range files {
		writeFile(t, name, text)
	}
	return ownerCase{t, Options{Protos: []string{"orders.proto"}, ImportPaths: []string{"."}, Out: "out", Version: "v1.0.0", AllowBreaking: true}}
}

func (c ownerCase) generate() *Tree {
	c.t.Helper()
	tree, err := Plan(c.t.Context(), c.options)
	require.NoError(c.t, err)
	require.NoError(c.t, performed(tree))
	return tree
}

// TestStubsThatExistAreImported: what go.mod and go.work lead to is used, and the program starts with it.
func TestStubsThatExistAreImported(t *testing.T) {
	for name, tt := range map[string]struct {
		work string                      // go.work
		own  func(*testing.T, ownerCase) // what the user does to a tree before the run in question
		next []string
		env  []string // that go test runs in; nil: it does not
		args []string
	}{
		"replaced": {
			own: func(t *testing.T, c ownerCase) { c.generate(); requirePublished(t, "out") },
			env: []string{"GOWORK=off"}, args: []string{"-mod=mod"},
		},
		"workspace":                  {work: "use (\n\t./api\n\t./out\n)\n", env: []string{"GOWORK="}},
		"workspace without the tree": {work: "use ./api\n", next: []string{"go work use ."}},
		"replaced by the workspace":  {work: "use ./out\n\nreplace " + published + " => ./api\n", next: []string{"go mod tidy"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newOwnerCase(t, map[string]string{"orders.proto": splitProto, "shop/item.proto": splitItem})
			publish(t, []string{"orders.proto", "shop/item.proto"}, "api")
			if tt.work != "" {
				writeFile(t, "go.work", "go 1.26.0\n\n"+tt.work)
			}
			if tt.own != nil {
				tt.own(t, c)
			}
			tree := c.generate()
			assert.Contains(t, tree.Notes, "orders.proto: its stubs are imported from example.org/api/shop/v1")
			assert.Equal(t, tt.next, tree.Next)
			assert.NoFileExists(t, "out/gen/shop/v1/orders.pb.go")
			if tt.env != nil {
				t.Log(goRunWith(t, "out", tt.env, slices.Concat([]string{"test", "./internal/server"}, tt.args)...))
			}
			assert.Empty(t, c.generate().plan.Changes())
			require.NoError(t, os.Remove("api/shop/v1/orders_grpc.pb.go"))
			_, err := Plan(t.Context(), c.options)
			assert.ErrorContains(t, err, "without its gRPC stubs", "a run whose inputs have not changed looks at the stubs again")
		})
	}
}

// TestVendoredStubs: the vendor folder holds what is imported already. Other packages may be in the module all the same.
func TestVendoredStubs(t *testing.T) {
	c := newOwnerCase(t, map[string]string{
		"orders.proto": splitProto, "shop/item.proto": splitItem,
		"out/go.mod": "module example.com/shop\n\ngo 1.26.0\n\nrequire " + published + " v1.0.0\n", "out/vendor/modules.txt": "# " + published + " v1.0.0\n",
	})
	c.generate()
	assert.DirExists(t, "out/gen")
	publish(t, []string{"orders.proto", "shop/item.proto"}, "out/vendor/"+published)
	tree := c.generate()
	assert.Contains(t, tree.Notes, "orders.proto: its stubs are imported from example.org/api/shop/v1")
	assert.NoFileExists(t, "out/gen/shop/v1/orders.pb.go")
}

// TestTidyMayBringOlderStubs: only the user knows which version of another module has what the protos have. A go.mod that requires
// one says so.
func TestTidyMayBringOlderStubs(t *testing.T) {
	for name, goMod := range map[string]string{"a module of its own": "out/go.mod", "part of a module": "go.mod"} {
		t.Run(name, func(t *testing.T) {
			const module = "module example.com/shop\n\ngo 1.26.0\n"
			c := newOwnerCase(t, map[string]string{
				goMod: module,
				"orders.proto": "syntax = \"proto3\";\npackage orders.v1;\nimport \"shop/item.proto\";\n" +
					"service Orders { rpc Get(shop.v1.Item) returns (shop.v1.Item); }\n",
				"shop/item.proto": splitItem,
			})
			tree := c.generate()
			assert.Contains(t, tree.Notes, "go mod tidy may choose stubs that are older than these protos and lack newer names: "+
				"first run go get example.org/api/shop/v1@VERSION, with the version of the protos")
			assert.Contains(t, tree.Next, "go mod tidy")

			writeFile(t, goMod, readFile(t, goMod)+"\nrequire "+published+" v1.2.0\n")
			c.options.Full = true
			tree = c.generate()
			assert.NotContains(t, strings.Join(tree.Notes, "\n"), "go get")
		})
	}
}

// TestStubsOfAnotherTreeOfTheRun: in one module, a tree imports the stubs that another tree of the system writes, from the first run on.
func TestStubsOfAnotherTreeOfTheRun(t *testing.T) {
	c := newOwnerCase(t, map[string]string{
		systemFile: "version: v1\nservices: [{dir: orders}, {dir: items}]\n",
		"go.mod":   "module example.com/mono\n\ngo 1.26.0\n",
		"items/items.proto": "syntax = \"proto3\";\npackage items.v1;\noption go_package = \"example.com/mono/items/gen/items/v1;itemsv1\";\n" +
			"message Item {}\nservice Items { rpc Get(Item) returns (Item); }\n",
		"items/policy.yaml":   "version: v1\n",
		"orders/orders.proto": "syntax = \"proto3\";\npackage orders.v1;\nmessage Order {}\nservice Orders { rpc Get(Order) returns (Order); }\n",
		"orders/policy.yaml":  "dependencies: [{name: items, proto: ../items/items.proto, policy: ../items/policy.yaml}]\n",
	})
	for range 2 {
		system, err := PlanSystem(c.t.Context(), systemFile, Options{Version: "v1.0.0"})
		require.NoError(t, err)
		for _, tree := range system.Trees {
			writeTree(t, tree, tree.Dir)
		}
		assert.NoDirExists(t, "orders/gen/items")
		assert.FileExists(t, "items/gen/items/v1/items.pb.go")
	}
}
