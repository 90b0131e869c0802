package generator

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

const pluginProto = `syntax = "proto3";
package orders.v1;
option go_package = "example.com/orders/gen/orders/v1;ordersv1";

// Orders are what customers want.
service Orders {
	rpc Get(Order) returns (Order);
}
message Order { string id = 1; }
`

// pluginCase is a working directory with protos, and the request that a compiler makes of them.
type pluginCase struct {
	t       *testing.T
	request *pluginpb.CodeGeneratorRequest
}

// newPluginCase writes the files and compiles the targets among them, as protoc does unless told otherwise.
func newPluginCase(t *testing.T, files map[string]string, targets ...string) pluginCase {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir(".git", 0o755)) // inputs of one repository are not copied
	for name, text := range files {
		writeFile(t, name, text)
	}
	set, problems := protoload.Load(t.Context(), protoload.Options{View: here(t), Files: targets, ImportPaths: []string{"."}})
	require.NoError(t, problems.Err())
	return pluginCase{t, &pluginpb.CodeGeneratorRequest{
		FileToGenerate: set.Targets, ProtoFile: set.Files,
		CompilerVersion: &pluginpb.Version{Major: new(int32(6))},
	}}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
}

func (c pluginCase) answer(options string) *Answer {
	c.request.Parameter = &options
	return Plugin(context.Background(), c.request, "test")
}

// apply does with an answer what protoc does.
func (c pluginCase) apply(options, dir string) *Answer {
	c.t.Helper()
	answer := c.answer(options)
	require.Empty(c.t, answer.Response.GetError())
	for _, file := range answer.Response.GetFile() {
		writeFile(c.t, filepath.Join(dir, file.GetName()), file.GetContent())
	}
	return answer
}

func names(answer *Answer) []string {
	var names []string
	for _, file := range answer.Response.GetFile() {
		names = append(names, file.GetName())
	}
	return names
}

func TestPluginWithoutTreeEmitsGeneratedFilesAlone(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders/v1/orders.proto": pluginProto}, "orders/v1/orders.proto")
	got := names(c.answer("module=example.com/orders"))
	assert.Contains(t, got, "internal/server/server.go")
	assert.True(t, slices.IsSorted(got))
	for _, others := range []string{"go.mod", "cmd/orders/main.go", "internal/orders/orders.go", "README.md", ".msgen/state.json", "gen/orders/v1/orders.pb.go"} {
		assert.NotContains(t, got, others)
	}
	assert.Contains(t, names(c.answer("module=example.com/orders,stubs=true")), "gen/orders/v1/orders.pb.go")
}

func TestPluginIsTheSameAsGenerate(t *testing.T) {
	c := newPluginCase(t, map[string]string{
		"orders/v1/orders.proto": pluginProto,
		"orders/v1/policy.yaml":  "version: v1\nserver: {grpcPort: 7000}\n",
	}, "orders/v1/orders.proto")
	c.apply("existing=plugin,stubs=true", "plugin")

	tree, err := Plan(t.Context(), Options{Protos: []string{"orders/v1/orders.proto"}, ImportPaths: []string{"."}, Out: "cli", Version: "test"})
	require.NoError(t, err)
	require.NoError(t, performed(tree))

	assert.Equal(t, filesBelow(t, "cli"), filesBelow(t, "plugin"))
	again := c.answer("existing=plugin,stubs=true")
	assert.Empty(t, names(again), "nothing has changed")
	fromTree, err := Plan(t.Context(), Options{Out: "plugin", Version: "test", Full: true})
	require.NoError(t, err)
	assert.Empty(t, fromTree.plan.Changes(), "the tree knows what made it")
}

func filesBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		files[strings.TrimPrefix(name, dir)] = string(content)
		return err
	}))
	return files
}

func TestPluginKeepsEdits(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto}, "orders.proto")
	c.apply("existing=.,stubs=true", ".")
	edited := []string{"internal/orders/orders.go", "cmd/orders/main.go", "Makefile", "README.md", "go.mod"}
	for _, name := range edited {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		comment := "# mine\n"
		if ext := filepath.Ext(name); ext == ".go" || ext == ".mod" {
			comment = "// mine\n"
		}
		writeFile(t, name, string(text)+comment)
	}

	changed := strings.Replace(pluginProto, "rpc Get(Order) returns (Order);", "rpc Get(Order) returns (Order);\n\trpc List(Order) returns (Order);", 1)
	writeFile(t, "orders.proto", changed)
	set, problems := protoload.Load(t.Context(), protoload.Options{View: here(t), Files: []string{"orders.proto"}, ImportPaths: []string{"."}})
	require.NoError(t, problems.Err())
	c.request.ProtoFile = set.Files
	c.apply("existing=.,stubs=true", ".")

	for _, name := range edited {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Contains(t, string(text), "mine", name)
	}
	handlers, err := os.ReadFile("internal/orders/orders.go")
	require.NoError(t, err)
	assert.Contains(t, string(handlers), ") List(", "the new RPC is spliced in")
}

func TestPluginRefusesToLoseAnEdit(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto}, "orders.proto")
	c.apply("existing=.,stubs=true", ".")
	writeFile(t, "internal/server/server.go", "package server // mine\n")
	answer := c.answer("existing=.,stubs=true")
	assert.Contains(t, answer.Response.GetError(), "internal/server/server.go was edited by hand")
	assert.Empty(t, answer.Response.GetFile())
}

func TestPluginTellsWhatItCannotRemove(t *testing.T) {
	second := "service Parcels {\n  rpc Send(Order) returns (Order);\n}\n"
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto + second}, "orders.proto")
	c.apply("existing=.,stubs=true", ".")
	c.request.ProtoFile[len(c.request.ProtoFile)-1].Service = c.request.ProtoFile[len(c.request.ProtoFile)-1].Service[:1]
	assert.Contains(t, c.answer("existing=.,stubs=true").Response.GetError(), "generate with allow_breaking=true if that is meant")
	for range 2 { // until it is gone
		answer := c.apply("existing=.,stubs=true,allow_breaking=true", ".")
		var warned []string
		for _, warning := range answer.Warnings {
			warned = append(warned, warning.String())
		}
		assert.Contains(t, warned, "internal/parcels/parcels.go: warning: is no longer generated, and a plugin can remove nothing; delete it")
	}
}

func TestPluginLeavesStubsToOthers(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto}, "orders.proto")
	c.apply("existing=.,stubs=true", ".")
	answer := c.apply("existing=.", ".")
	assert.Empty(t, answer.Warnings, "stubs that protoc-gen-go writes are not stale")
	state, err := os.ReadFile(".msgen/state.json")
	require.NoError(t, err)
	assert.NotContains(t, string(state), ".pb.go")
}

func TestPluginHalves(t *testing.T) {
	c := newPluginCase(t, map[string]string{
		"orders.proto": pluginProto,
		"policy.yaml":  "version: v1\ndeploy: {image: registry.example.com/orders, kubernetes: {namespace: orders}}\n",
	}, "orders.proto")
	all := names(c.answer("module=example.com/orders"))
	deploy, service := names(c.answer("module=example.com/orders,only=deploy")), names(c.answer("module=example.com/orders,only=service"))
	assert.Contains(t, deploy, "deploy/kubernetes/base/deployment.yaml")
	assert.NotContains(t, deploy, "internal/server/server.go")
	assert.Contains(t, service, "internal/server/server.go")
	halves := slices.Concat(deploy, service)
	slices.Sort(halves)
	assert.Equal(t, all, halves)

	c.apply("existing=.,stubs=true", ".")
	before := filesBelow(t, ".")
	writeFile(t, "internal/server/server.go", "package server // mine\n")
	assert.Empty(t, names(c.apply("existing=.,stubs=true,only=deploy", ".")), "the other half is none of its business")
	writeFile(t, "internal/server/server.go", before["/internal/server/server.go"])
}

func TestPluginDiagnostics(t *testing.T) {
	plain := strings.Replace(pluginProto, "option go_package", "// option go_package", 1)
	for name, tc := range map[string]struct {
		proto, options string
		want           []string
	}{
		"every problem of the options": {pluginProto, "polcy=x,only=half,stubs=yes,module=,proto_path=,Ma.proto=", []string{
			`msgen: unknown plugin option: found "polcy", want allow_breaking, existing, module, only, paths, policy, proto_path, stubs or M and the name of a proto; did you mean "policy"?`,
			`msgen: plugin option only: found "half", want service or deploy`,
			`msgen: plugin option stubs: found "yes", want true or false`,
			`msgen: plugin option module: want a module path such as example.com/orders`,
			`msgen: plugin option proto_path: want the folder that protoc's -I names`,
			`msgen: plugin option Ma.proto: want an import path such as example.com/orders/gen/orders/v1`,
		}},
		"no package": {plain, "", []string{
			`protos/orders.proto:1:1: no go_package says which Go package of another plugin's the stubs are in: want an import path whose first element has a dot; ` +
				`write option go_package = "example.com/orders/gen/orders/v1", or pass stubs=true to have msgen write the stubs`,
		}},
		"paths without stubs": {pluginProto, "paths=source_relative", []string{
			`msgen: plugin option paths says where stubs are written, and none are: found "source_relative", want stubs=true beside it; leave paths out where protoc-gen-go writes the stubs`,
		}},
		"paths that the package contradicts": {pluginProto, "paths=source_relative,stubs=true,module=example.com/orders", []string{
			`protos/orders.proto:3:1: with paths=source_relative the stubs stand in another folder than their Go package: found "example.com/orders/gen/orders/v1", want "example.com/orders"; leave paths out: the stubs then stand where their Go package is`,
		}},
		"two modules": {pluginProto, "module=example.com/shop,policy=policy.yaml", []string{
			`policy.yaml:2:19: service.module: not the module that the plugin option names: found "example.com/orders", want "example.com/shop"; leave one of the two out`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newPluginCase(t, map[string]string{
				"protos/orders.proto": tc.proto, "policy.yaml": "version: v1\nservice: {module: example.com/orders}\n",
			}, "protos/orders.proto")
			options := tc.options
			c.request.FileToGenerate = []string{"orders.proto"}
			c.request.ProtoFile[len(c.request.ProtoFile)-1].Name = new("orders.proto")
			if !strings.Contains(options, "proto_path") {
				options = strings.TrimPrefix(options+",proto_path=protos", ",")
			}
			assert.Equal(t, strings.Join(tc.want, "\n"), c.answer(options).Response.GetError())
		})
	}
}

func TestPluginPackages(t *testing.T) {
	bare := strings.Replace(pluginProto, "option go_package", "// option go_package", 1)
	c := newPluginCase(t, map[string]string{"orders/v1/orders.proto": bare}, "orders/v1/orders.proto")
	assert.Contains(t, names(c.answer("stubs=true,paths=source_relative")), "orders/v1/orders.pb.go")
	assert.Contains(t, names(c.answer("stubs=true,Morders/v1/orders.proto=example.com/orders/pb")), "pb/orders.pb.go")
	elsewhere := c.answer("stubs=true,Morders/v1/orders.proto=example.org/api/orders;api")
	for _, file := range elsewhere.Response.GetFile() {
		assert.NotContains(t, file.GetName(), ".pb.go")
		if file.GetName() == "internal/server/services.go" {
			assert.Contains(t, file.GetContent(), `"example.org/api/orders"`)
		}
	}
}

func TestPluginAnswersBufsStrategies(t *testing.T) {
	files := map[string]string{
		"a/a.proto": "syntax = \"proto3\";\npackage a;\noption go_package = \"example.com/a/gen/a\";\nservice A { rpc Get(M) returns (M); }\nmessage M {}\n",
		"b/b.proto": "syntax = \"proto3\";\npackage b;\noption go_package = \"example.com/a/gen/b\";\nservice B { rpc Get(M) returns (M); }\nmessage M {}\n",
		"c/c.proto": "syntax = \"proto3\";\npackage c;\noption go_package = \"example.com/a/gen/c\";\nmessage M {}\n",
	}
	c := newPluginCase(t, files, "b/b.proto", "a/a.proto", "c/c.proto")
	all := c.answer("existing=out")
	assert.Contains(t, names(all), "cmd/b/main.go", "protoc's first proto names the service")
	c.request.CompilerVersion = nil
	assert.Contains(t, names(c.answer("existing=out")), "cmd/a/main.go", "buf's order is that of the imports")

	c.request.FileToGenerate = []string{"a/a.proto"}
	refused := `msgen: buf asks for one folder, and others have services too: found "a without b", want all protos of the service in one request; ` +
		`write strategy: all beside the plugin in buf.gen.yaml, or name what the tree serves in service.hosts of the policy`
	assert.Equal(t, refused, c.answer("existing=out").Response.GetError())
	writeFile(t, "both.yaml", "version: v1\nservice: {hosts: [a.A, b.B]}\n")
	assert.Equal(t, refused, c.answer("existing=out,policy=both.yaml").Response.GetError())
	writeFile(t, "one.yaml", "version: v1\nservice: {hosts: [a.A]}\n")
	assert.Contains(t, names(c.answer("existing=out,policy=one.yaml")), "internal/a/a.go")
	for _, other := range []string{"b/b.proto", "c/c.proto"} {
		c.request.FileToGenerate = []string{other}
		answer := c.answer("existing=out,policy=one.yaml")
		assert.Empty(t, answer.Response.GetError())
		assert.Empty(t, names(answer))
		assert.Equal(t, []string{"no service to serve in " + other + ": nothing is generated for it"}, answer.Notes)
	}
}

func TestPluginWithoutText(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto}, "orders.proto")
	writeFile(t, "orders.proto", "syntax = \"proto3\";\n") // another file of the same name
	c.apply("existing=out,stubs=true", "out")
	_, err := Plan(t.Context(), Options{Out: "out", Version: "test"})
	assert.ErrorContains(t, err, "the tree does not know where the plugin of protoc that wrote it got its own")
}

// TestPluginNamesProtosWhoseStubsNobodyWrites: another plugin writes stubs for the protos of the request alone.
func TestPluginNamesProtosWhoseStubsNobodyWrites(t *testing.T) {
	c := newPluginCase(t, map[string]string{
		"orders/v1/orders.proto": strings.Replace(pluginProto, "message Order { string id = 1; }", "", 1) + `import "orders/v1/order.proto";`,
		"orders/v1/order.proto": `syntax = "proto3";
package orders.v1;
option go_package = "example.com/orders/gen/orders/v1;ordersv1";
message Order { string id = 1; }
`,
	}, "orders/v1/orders.proto")
	assert.Equal(t, `orders/v1/order.proto:3:1: another plugin writes the stubs, and the request leaves out this proto, which is of the same Go package as `+
		`orders/v1/orders.proto: found "example.com/orders/gen/orders/v1", want all protos of the Go package in one request; `+
		`pass orders/v1/order.proto too, or pass stubs=true to have msgen write the stubs`, c.answer("existing=out").Response.GetError())
	assert.Empty(t, c.answer("existing=out,stubs=true").Response.GetError())
	writeFile(t, "out/gen/orders/v1/order.pb.go", "package ordersv1\n")
	assert.Empty(t, c.answer("existing=out").Response.GetError(), "an earlier request has had it")
}

// TestPluginKnowsWhatImportedStubsImport: stubs under the path that a parameter names import others, which the tree must not have
// too.
func TestPluginKnowsWhatImportedStubsImport(t *testing.T) {
	files := map[string]string{
		"orders/v1/orders.proto": strings.Replace(pluginProto, "returns (Order)", "returns (items.v1.Item)", 1) + `import "items/item.proto";`,
		"items/item.proto":       "syntax = \"proto3\";\npackage items.v1;\nimport \"kinds/kind.proto\";\nmessage Item { kinds.v1.Kind kind = 1; }\n",
		"kinds/kind.proto":       "syntax = \"proto3\";\npackage kinds.v1;\nmessage Kind {}\n",
	}
	c := newPluginCase(t, files, "orders/v1/orders.proto")
	assert.Contains(t, c.answer("module=example.com/orders,stubs=true,Mitems/item.proto=example.org/items").Response.GetError(),
		`items/item.proto:3:1: the stubs in example.org/items need stubs of what this file imports, and nobody says which Go package has them: found "kinds/kind.proto"`)
	assert.Empty(t, c.answer("module=example.com/orders,stubs=true,Mitems/item.proto=example.org/items,Mkinds/kind.proto=example.org/kinds").Response.GetError())
}
