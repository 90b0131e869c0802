package generator

import (
	"context"
	"errors"

	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
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

	assert.Equal(t, apartFromMaker(filesBelow(t, "cli")), apartFromMaker(filesBelow(t, "plugin")))
	again := c.answer("existing=plugin,stubs=true")
	assert.Empty(t, names(again), "nothing has changed")
	fromTree, err := Plan(t.Context(), Options{Out: "plugin", Version: "test", Full: true})
	require.NoError(t, err)
	assert.Empty(t, fromTree.plan.Changes(), "the tree knows what made it")
}

// apartFromMaker are the files without the ones that say what made the tree.
func apartFromMaker(files map[string]string) map[string]string {
	for _, name := range []string{"/.msgen/state.json", "/.msgen/base/Makefile", "/Makefile", "/.msgen/base/README.md", "/README.md"} {
		delete(files, name)
	}
	return files
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
			`msgen: unknown plugin option: found "polcy", want allow_breaking, command, existing, module, only, paths, policy, proto_path, stubs, system or M and the name of a proto; did you mean "policy"?`,
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
	require.ErrorContains(t, err, "out/.msgen/state.json: protoc made the tree from protos that are in no file here, so that msgen cannot read them; "+
		"run the command of protoc that made it")
	_, problems := errors.AsType[*diag.ListError](err)
	assert.True(t, problems, "positioned as all problems are")
	c.apply("existing=out,stubs=true,command=make protos", "out")
	_, err = Check(t.Context(), Options{Out: "out"})
	require.ErrorContains(t, err, "run (cd .. && make protos) in the folder of the tree")

	check := func() map[string]string {
		tree, err := Plan(t.Context(), Options{Out: "out", Version: "test", Edits: true})
		require.NoError(t, err)
		require.Len(t, tree.Warnings, 1)
		assert.Contains(t, tree.Warnings[0].String(), "not whether the protos or the policy have changed; run (cd .. && make protos)")
		reasons := map[string]string{}
		for _, change := range tree.Diffs() {
			reasons[change.Path] = change.Reason
		}
		return reasons
	}
	assert.Empty(t, check())
	writeFile(t, "out/internal/server/server.go", "package server // mine\n")
	writeFile(t, "out/internal/orders/orders.go", "package orders // mine\n")
	require.NoError(t, os.Remove("out/POLICY.md"))
	require.NoError(t, os.Remove("out/README.md"))
	assert.Equal(t, map[string]string{"internal/server/server.go": "is not as msgen wrote it", "POLICY.md": "is missing"}, check())
}

// pluginSystem is a service that calls another and has events, in one repository. The Go packages of all stubs are outside of the trees.
func pluginSystem() map[string]string {
	proto := func(name, rpc string) string {
		return "syntax = \"proto3\";\npackage " + name + ".v1;\noption go_package = \"example.com/shop/gen/" + name + "/v1;" + name + "v1\";\n" +
			"service " + strings.ToUpper(name[:1]) + name[1:] + " { rpc " + rpc + "(Request) returns (Reply); }\nmessage Request {}\nmessage Reply {}\n"
	}
	return map[string]string{
		"orders/v1/orders.proto": proto("orders", "Place"), "stock/v1/stock.proto": proto("stock", "Take"),
		"mail/v1/mail.proto": "syntax = \"proto3\";\npackage mail.v1;\noption go_package = \"example.com/shop/gen/mail/v1;mailv1\";\nmessage Sent {}\n",
		"orders/v1/policy.yaml": "version: v1\nservice: {name: orders, module: example.com/shop/orders, hosts: [orders.v1.Orders]}\n" +
			"dependencies:\n  - {name: stock, proto: ../../stock/v1/stock.proto, target: \"dns:///stock:8080\"}\n" +
			"events:\n  broker: kafka\n  publish: [{topic: placed, message: orders.v1.Reply}]\n" +
			"  subscribe: [{topic: sent, message: mail.v1.Sent, proto: ../../mail/v1/mail.proto}]\n",
	}
}

// TestPluginWithDependenciesAndEvents has stubs outside of the tree or in it, written by msgen or by others, for both compilers.
func TestPluginWithDependenciesAndEvents(t *testing.T) {
	for _, compiler := range []*pluginpb.Version{{Major: new(int32(6))}, nil} {
		for options, own := range map[string]bool{
			"stubs=true": true, "stubs=false": false,
			"stubs=false,Mstock/v1/stock.proto=example.com/shop/orders/gen/stock": false,
		} {
			c := newPluginCase(t, pluginSystem(), "orders/v1/orders.proto", "stock/v1/stock.proto", "mail/v1/mail.proto")
			c.request.CompilerVersion = compiler
			c.apply("policy=orders/v1/policy.yaml,existing=orders,"+options, "orders")
			files := filesBelow(t, "orders")
			assert.Contains(t, files["/internal/clients/stock/client.go"], "/gen/stock", options)
			assert.Contains(t, files["/internal/events/subscriptions.go"], "/gen/mail/v1", options)
			_, written := files["/gen/stock/v1/stock.pb.go"]
			assert.Equal(t, own, written, options)
			tree, err := Plan(t.Context(), Options{Out: "orders", Version: "test", Full: true})
			require.NoError(t, err)
			assert.Empty(t, tree.plan.Changes(), "the command line follows")
		}
	}
}

// TestPluginOfLinkedProto serves what every emitted program links already: nobody writes stubs of it.
func TestPluginOfLinkedProto(t *testing.T) {
	c := newPluginCase(t, map[string]string{
		"grpc/health/v1/health.proto": "syntax = \"proto3\";\npackage grpc.health.v1;\n" +
			"service Health { rpc Check(HealthCheckRequest) returns (HealthCheckRequest); }\nmessage HealthCheckRequest {}\n",
		"orders.proto": pluginProto,
	}, "grpc/health/v1/health.proto", "orders.proto")
	assert.Contains(t, c.answer("existing=.,stubs=true").Response.GetError(), "grpc.health.v1.Health")
}

func TestPanicIsAnAnswer(t *testing.T) {
	files, err := guarded(func() ([]state.File, error) { panic("broken") })
	assert.Empty(t, files)
	require.ErrorContains(t, err, "a fault in msgen, please report it with the protos and the policy: broken")
	assert.ErrorContains(t, err, "TestPanicIsAnAnswer", "where it was")
}

// manage sets options of a proto as buf's managed mode does: in the descriptor, which has no positions of them.
func (c pluginCase) manage(name, goPackage string) {
	for _, file := range c.request.ProtoFile {
		if file.GetName() == name {
			file.Options = &descriptorpb.FileOptions{
				GoPackage: new(goPackage), JavaPackage: new("com.x"), JavaMultipleFiles: new(true),
				OptimizeFor: descriptorpb.FileOptions_CODE_SIZE.Enum(),
			}
			file.SourceCodeInfo.Location = slices.DeleteFunc(file.SourceCodeInfo.Location, func(at *descriptorpb.SourceCodeInfo_Location) bool {
				return len(at.Path) > 0 && at.Path[0] == 8
			})
		}
	}
}

// TestTreeFollowsThePluginThatMadeIt has the command line in the tree right after the plugin: it finds nothing to do, and
// what it would write is what the plugin did.
func TestTreeFollowsThePluginThatMadeIt(t *testing.T) {
	bare := strings.Replace(pluginProto, "option go_package", "// option go_package", 1)
	for name, tc := range map[string]struct {
		proto, options, managed string
		records                 []string
	}{
		"stubs of others":        {proto: pluginProto, options: "module=example.com/orders", records: []string{`"stubs":false`, `"module":"example.com/orders"`}},
		"stubs of msgen's":       {proto: pluginProto, options: "stubs=true", records: []string{`"stubs":true`, `"compiler":"protoc"`, `"dir":".."`}},
		"a module":               {proto: bare, options: "stubs=true,module=example.com/elsewhere"},
		"where the protos are":   {proto: bare, options: "stubs=true,paths=source_relative", records: []string{`"sourceRelative":true`}},
		"an M in the tree":       {proto: bare, options: "stubs=true,Morders/v1/orders.proto=example.com/orders/pb", records: []string{`"orders/v1/orders.proto":"example.com/orders/pb"`}},
		"an M elsewhere":         {proto: bare, options: "Morders/v1/orders.proto=example.org/api/orders;api"},
		"a command":              {proto: pluginProto, options: "command=make protos", records: []string{`"command":"make protos"`}},
		"managed, in the tree":   {proto: bare, options: "stubs=true", managed: "example.com/orders/pb/orders;orderspb", records: []string{`"compiler":"buf"`, `"go_package":"example.com/orders/pb/orders;orderspb"`, `"optimize_for":"CODE_SIZE"`}},
		"managed, elsewhere":     {proto: pluginProto, managed: "example.org/api/orders;api"},
		"managed, and an M too":  {proto: pluginProto, options: "Morders/v1/orders.proto=example.org/m/orders;m", managed: "example.org/api/orders;api"},
		"managed, of the text's": {proto: pluginProto, options: "stubs=true", managed: "example.com/orders/gen/orders/v1;ordersv1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newPluginCase(t, map[string]string{"orders/v1/orders.proto": tc.proto}, "orders/v1/orders.proto")
			if tc.managed != "" {
				c.request.CompilerVersion = nil
				c.manage("orders/v1/orders.proto", tc.managed)
			}
			c.apply("existing=out,"+tc.options, "out")
			made := filesBelow(t, "out")
			for _, want := range tc.records {
				assert.Contains(t, made["/.msgen/state.json"], want)
			}
			for _, full := range []bool{true, false} {
				tree, err := Plan(t.Context(), Options{Out: "out", Version: "v1.0.0", Full: full})
				require.NoError(t, err)
				assert.Empty(t, tree.plan.Changes())
			}
			problems, err := Check(t.Context(), Options{Out: "out"})
			require.NoError(t, err)
			assert.Empty(t, problems)
			_, err = Explain(t.Context(), Options{Out: "out"}, "Get")
			require.NoError(t, err)

			require.NoError(t, os.Remove("out/internal/server/server.go"))
			tree, err := Plan(t.Context(), Options{Out: "out", Version: "test"})
			require.NoError(t, err)
			require.NoError(t, performed(tree))
			assert.Equal(t, made, filesBelow(t, "out"), "the command line makes what the plugin made, and takes nothing over")
		})
	}
}

// TestTreeOfAPluginRunsItsCompiler reads the commands that regenerate a tree.
func TestTreeOfAPluginRunsItsCompiler(t *testing.T) {
	const buf, unchanged = "(cd .. && buf generate)", `changed="$(git status --porcelain -- . ':(exclude)*.pb.go')" && echo "$changed" && test -z "$changed"`
	const check = "generate --check"
	for name, tc := range map[string]struct {
		options string
		fromBuf bool
		has     map[string][]string
		hasNot  map[string][]string
	}{
		"by buf": {fromBuf: true, has: map[string][]string{
			"Makefile":  {"generate: ## bring the generated files up to date with the protos and the policy; needs buf and its plugins\n\t" + buf + "\n", "check: generate ##", "\t@" + strings.ReplaceAll(unchanged, "$", "$$") + "\n"},
			"README.md": {"\n    " + buf + "\n", "clean: true"},
			".github/workflows/orders.yaml": {
				"buf/cmd/buf@v", "cmd/protoc-gen-msgen@$(cat .msgen/version)\"\n", "go install google.golang.org/protobuf/cmd/protoc-gen-go\n", "cmd/protoc-gen-go-grpc@v",
				"          " + buf + "\n          " + unchanged + "\n",
			},
			".gitlab-ci.yml": {"    - " + buf + "\n", "':(exclude).cache'"},
			"Jenkinsfile":    {"sh '" + buf + "'\n", `\':(exclude).cache\'`},
		}, hasNot: map[string][]string{
			"Makefile": {"MSGEN", check}, ".github/workflows/orders.yaml": {check, "protobuf-compiler"}, ".gitlab-ci.yml": {check}, "Jenkinsfile": {check, "needs protoc"},
		}},
		"by buf, with stubs of msgen's": {options: "stubs=true", fromBuf: true, has: map[string][]string{
			".gitlab-ci.yml": {"git status --porcelain -- . "},
		}, hasNot: map[string][]string{"Makefile": {"pb.go"}, ".gitlab-ci.yml": {"pb.go", "protoc-gen-go"}}},
		"by protoc, with a command": {options: "command=make $X 'a b'", has: map[string][]string{
			"Makefile":                      {"needs protoc and its plugins\n\t(cd .. && make $$X 'a b')\n"},
			"README.md":                     {"\n    (cd .. && make $X 'a b')\n", "needs protoc and msgen's plugin"},
			".github/workflows/orders.yaml": {"protobuf-compiler", "          (cd .. && make $X 'a b')\n"},
			".gitlab-ci.yml":                {"protobuf-compiler"},
			"Jenkinsfile":                   {"needs protoc", `sh '(cd .. && make $X \'a b\')'`},
		}, hasNot: map[string][]string{"Makefile": {check}, ".gitlab-ci.yml": {check, "buf generate"}, "README.md": {"clean"}}},
		"by protoc": {has: map[string][]string{
			"Makefile":                      {"# protoc made the tree, by a command that is not known here", "\t$(MSGEN) generate --check\n", "without a look at the stubs of other plugins"},
			"README.md":                     {"run the command of protoc", "`command=`", "not the stubs"},
			".github/workflows/orders.yaml": {check, "# protoc made the tree, by a command that is not known here: the plugin's option command= names it. The stubs of other plugins are not compared.\n"},
			".gitlab-ci.yml":                {check, "\n# protoc made the tree, "},
			"Jenkinsfile":                   {check + "' // protoc made the tree, "},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newPluginCase(t, map[string]string{
				"orders.proto": pluginProto, "policy.yaml": "version: v1\ndeploy: {image: registry.example.com/orders, ci: [github, gitlab, jenkins]}\n",
			}, "orders.proto")
			if tc.fromBuf {
				c.request.CompilerVersion = nil
			}
			c.apply("existing=out,"+tc.options, "out")
			files := filesBelow(t, "out")
			for file, texts := range tc.has {
				for _, text := range texts {
					assert.Contains(t, files["/"+file], text, file)
				}
			}
			for file, texts := range tc.hasNot {
				for _, text := range texts {
					assert.NotContains(t, files["/"+file], text, file)
				}
			}
		})
	}
}

// TestCompilerOutsideOfTheRepository: where it ran is not there on another machine.
func TestCompilerOutsideOfTheRepository(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto, "out/.git/HEAD": "ref: refs/heads/main\n"}, "orders.proto")
	c.request.CompilerVersion = nil
	c.apply("existing=out", "out")
	files := filesBelow(t, "out")
	assert.NotContains(t, files["/.msgen/state.json"], `"dir"`)
	assert.Contains(t, files["/Makefile"], "# buf made the tree, by a command that is not known here")
}

func TestCommandLineRecordsNoPlugin(t *testing.T) {
	c := newPluginCase(t, map[string]string{"orders.proto": pluginProto}, "orders.proto")
	tree, err := Plan(t.Context(), Options{Protos: []string{"orders.proto"}, Out: "out", Version: "test"})
	require.NoError(t, err)
	require.NoError(t, performed(tree))
	recorded, err := os.ReadFile("out/.msgen/state.json")
	require.NoError(t, err)
	assert.NotContains(t, string(recorded), "plugin")
	c.apply("existing=out,stubs=true", "out")
	recorded, err = os.ReadFile("out/.msgen/state.json")
	require.NoError(t, err)
	assert.Contains(t, string(recorded), `"compiler":"protoc"`, "the plugin takes the tree over")
}

// TestPluginRefusesWhatBufDeletes: with clean, buf deletes the folders that its plugins write to.
func TestPluginRefusesWhatBufDeletes(t *testing.T) {
	const fix = `: found "true", want no clean for the folder of a service; remove clean: true; where other plugins need it, move msgen's ` +
		`to a template of its own: buf generate --template buf.gen.msgen.yaml`
	for name, tc := range map[string]struct{ template, want string }{
		"the tree":             {"version: v2\nclean: true\nplugins: [{local: x, out: svc/orders}]\n", "buf.gen.yaml:2:8: clean has buf delete svc/orders in each run, and with it files that are yours, such as svc/orders/README.md" + fix},
		"around the tree":      {"clean: true\nplugins: [{local: x, out: gen}, {local: y, out: ./svc/}]\n", "buf.gen.yaml:1:8: clean has buf delete ./svc/ in each run, and with it files that are yours, such as svc/orders/README.md" + fix},
		"handlers in the tree": {"clean: true\nplugins: [{local: x, out: svc/orders/internal}]\n", "buf.gen.yaml:1:8: clean has buf delete svc/orders/internal in each run, and with it files that are yours, such as svc/orders/internal/orders/orders.go" + fix},
		"stubs in the tree":    {"clean: true\nplugins: [{local: x, out: svc/orders/gen}]\n", ""},
		"beside the tree":      {"clean: true\nplugins: [{local: x, out: svc/orders2}]\n", ""},
		"no clean":             {"clean: false\nplugins: [{local: x, out: svc/orders}]\n", ""},
		"of an older buf":      {"version: v1\nplugins: [{name: x, out: svc/orders}]\n", ""},
		"not readable":         {"clean: [", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newPluginCase(t, map[string]string{"orders.proto": pluginProto, "buf.gen.yaml": tc.template}, "orders.proto")
			const options = "existing=svc/orders"
			c.apply(options, "svc/orders") // protoc deletes nothing
			c.request.CompilerVersion = nil
			assert.Equal(t, tc.want, c.answer(options).Response.GetError())
			require.NoError(t, os.RemoveAll("svc"))
			assert.Equal(t, tc.want, c.answer(options).Response.GetError(), "the first run too")
			assert.Empty(t, c.answer("module=example.com/orders").Response.GetError(), "nobody knows what else is there")
		})
	}
}

// TestPluginAnswersWhatBufDeletes: what has not changed is in the answer where buf deletes it.
func TestPluginAnswersWhatBufDeletes(t *testing.T) {
	c := newPluginCase(t, map[string]string{
		"orders.proto": pluginProto, "buf.gen.yaml": "clean: true\nplugins: [{local: x, out: svc/orders/gen}]\n",
	}, "orders.proto")
	c.request.CompilerVersion = nil
	for range 2 {
		assert.Contains(t, names(c.apply("existing=svc/orders,stubs=true", "svc/orders")), "gen/orders/v1/orders.pb.go")
	}
	assert.Equal(t, []string{"gen/orders/v1/orders.pb.go", "gen/orders/v1/orders_grpc.pb.go"}, names(c.answer("existing=svc/orders,stubs=true")))
}

// TestPluginMissesATreeThatGitHas: an empty folder cannot be a new tree where git's index has one.
func TestPluginMissesATreeThatGitHas(t *testing.T) {
	for name, setup := range map[string][]string{
		"version 2":  {"git init -q ."},
		"version 3":  {"git init -q .", "git add --intent-to-add orders.proto"},
		"version 4":  {"git init -q .", "git config index.version 4"},
		"SHA-256":    {"git init -q --object-format=sha256 ."},
		"a worktree": {"git init -q main", "git -C main -c user.name=a -c user.email=a@b commit -q --allow-empty -m m", "git -C main worktree add -q ../linked", "mv linked/.git ."},
	} {
		t.Run(name, func(t *testing.T) {
			c := newPluginCase(t, map[string]string{"orders.proto": pluginProto}, "orders.proto")
			require.NoError(t, os.Remove(".git"))
			sh(t, strings.Join(setup, " && "))
			c.apply("existing=out", "out")
			sh(t, "git add out")
			assert.Empty(t, c.answer("existing=out").Response.GetError())

			require.NoError(t, os.RemoveAll("out"))
			for range 2 { // not there, and then empty
				assert.Equal(t, "out: the folder of the tree is empty, and git has one there with files that are yours; run git restore out, and then this again",
					c.answer("existing=out").Response.GetError())
				require.NoError(t, os.MkdirAll("out", 0o755))
			}
			assert.Empty(t, c.answer("existing=elsewhere").Response.GetError())
			sh(t, "git restore out")
			assert.Empty(t, names(c.answer("existing=out")), "all is there again")
			sh(t, "git rm -rqf out")
			assert.Empty(t, c.answer("existing=out").Response.GetError(), "whoever deletes it in git as well means that")
		})
	}
}

func sh(t *testing.T, command string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput()
	require.NoError(t, err, string(out))
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

// TestPluginMakesAGateway has the gateway of a system whose services a compiler has made as well, from protos that stand in no
// folder of theirs.
func TestPluginMakesAGateway(t *testing.T) {
	books := strings.Replace(string(goldenInputs(t, "gateway")["books/books.proto"]), "import", "option go_package = \"example.com/gen/books;books\";\nimport", 1)
	files := map[string]string{
		"api/books/books.proto": books,
		"svc/edge/ping.proto": "syntax = \"proto3\";\npackage ping.v1;\noption go_package = \"example.com/edge/gen/ping;ping\";\n" +
			"service Ping { rpc Ping(Nothing) returns (Nothing); }\nmessage Nothing {}\n",
		"msgen.system.yaml":     "services: [{dir: svc/books}]\ngateway: {dir: svc/edge}\n",
		"svc/books/policy.yaml": "service: {module: example.com/books, hosts: [library.books.v1.Books]}\nresilience: {defaults: {timeout: 1s, breaker: {}}}\n",
		"svc/edge/policy.yaml":  "service: {module: example.com/edge}\n",
	}
	for _, compiler := range []*pluginpb.Version{{Major: new(int32(6))}, nil} {
		for _, stubs := range []string{"stubs=true", "stubs=false"} {
			c := newPluginCase(t, files, "api/books/books.proto", "svc/edge/ping.proto")
			c.request.CompilerVersion = compiler
			first := names(c.answer("existing=svc/edge,system=msgen.system.yaml," + stubs))
			assert.Contains(t, first, "internal/books/books.go", "buf runs all plugins before it writes what they answer")
			c.apply("existing=svc/books,policy=svc/books/policy.yaml,"+stubs, "svc/books")
			c.apply("existing=svc/edge,system=msgen.system.yaml,"+stubs, "svc/edge")
			tree := filesBelow(t, "svc/edge")
			assert.Contains(t, tree["/internal/books/books.go"], "return clients.Forward(ctx, req, s.deps.Books.Books.AddBook)")
			assert.Contains(t, tree["/internal/ping/ping.go"], ") Ping(", "its own service is served")
			_, own := tree["/gen/library/books/v1/books.pb.go"]
			assert.Equal(t, stubs == "stubs=true", own)
			assert.Contains(t, tree["/.msgen/state.json"], `"system": "../../msgen.system.yaml"`)
			assert.Empty(t, names(c.answer("existing=svc/edge,system=msgen.system.yaml,"+stubs)), "nothing has changed")

			assert.Contains(t, c.answer("existing=svc/edge,"+stubs).Response.GetError(), "give the plugin the option system=msgen.system.yaml")
			edge, err := Plan(t.Context(), Options{Out: "svc/edge", Version: "test", Full: true})
			require.NoError(t, err)
			assert.Empty(t, edge.plan.Changes(), "the command line follows, in the folder of the gateway")
			system, err := PlanSystem(t.Context(), "msgen.system.yaml", Options{Version: "test"})
			require.NoError(t, err)
			for _, tree := range system.Trees {
				assert.Empty(t, tree.plan.Changes(), "%s, and for the whole system", tree.Dir)
			}
		}
	}
}
