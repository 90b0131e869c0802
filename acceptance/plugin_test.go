package acceptance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
	"github.com/msgen/msgen/acceptance/tools"
)

// compiled is a repository with a service that calls another one, made by a compiler. The stubs of both are the official
// plugins', outside of the tree.
type compiled struct {
	root, tree  string // the tree is root/orders
	environment []string
}

// newCompiled has the programs on PATH as a developer's machine has them.
func newCompiled(t *testing.T, files map[string]string) compiled {
	t.Helper()
	bin := t.TempDir()
	for name, path := range map[string]string{
		"msgen": program.BuildMsgen(t, repository), "protoc-gen-msgen": program.BuildPlugin(t, repository),
		"protoc": program.Tool(t, "protoc-current"), "buf": program.Tool(t, "buf"),
		"protoc-gen-go": program.Tool(t, "protoc-gen-go"), "protoc-gen-go-grpc": program.Tool(t, "protoc-gen-go-grpc"),
	} {
		require.NoError(t, os.Symlink(path, filepath.Join(bin, name)))
	}
	root := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(root, name), text)
	}
	c := compiled{root: root, tree: filepath.Join(root, "orders"), environment: append(os.Environ(),
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")}
	require.NoError(t, c.sh(root, "git init -q ."))
	return c
}

// sh runs a shell command; its error is what the command printed.
func (c compiled) sh(dir, command string) error {
	cmd := exec.Command("sh", "-ec", command)
	cmd.Dir, cmd.Env = dir, c.environment
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", command, err, out)
	}
	return nil
}

// compiledProtos are the files of orders, which calls stock.
func compiledProtos(goPackage string) map[string]string {
	files := map[string]string{}
	for name, rpc := range map[string]string{"orders": "Place", "stock": "Take"} {
		option := ""
		if goPackage != "" {
			option = fmt.Sprintf("option go_package = \"%s/%s/v1;%sv1\";\n", goPackage, name, name)
		}
		files["proto/"+name+"/v1/"+name+".proto"] = fmt.Sprintf("syntax = \"proto3\";\npackage %[1]s.v1;\n%[2]s"+
			"service %[3]sService { rpc %[4]s(%[4]sRequest) returns (%[4]sResponse); }\nmessage %[4]sRequest {}\nmessage %[4]sResponse {}\n",
			name, option, strings.ToUpper(name[:1])+name[1:], rpc)
	}
	files["orders/policy.yaml"] = "version: v1\nservice: {name: orders, hosts: [orders.v1.OrdersService]}\n" +
		"dependencies:\n  - {name: stock, proto: ../proto/stock/v1/stock.proto, target: \"dns:///127.0.0.1:1\"}\n" +
		"deploy: {image: registry.example.com/orders, ci: [github]}\n"
	return files
}

// TestTreeOfBufChecksItself is managed mode, in one module for all.
func TestTreeOfBufChecksItself(t *testing.T) {
	files := compiledProtos("")
	files["buf.yaml"] = "version: v2\nmodules: [{path: proto}]\n"
	files["buf.gen.yaml"] = `version: v2
managed:
  enabled: true
  override: [{file_option: go_package_prefix, value: example.com/shop/gen}]
plugins:
  - {local: protoc-gen-go, out: gen, opt: [paths=source_relative]}
  - {local: protoc-gen-go-grpc, out: gen, opt: [paths=source_relative]}
  - {local: protoc-gen-msgen, out: orders, strategy: all, opt: [existing=orders, policy=orders/policy.yaml]}
`
	files["go.mod"] = "module example.com/shop\n\ngo 1.26.0\n"
	c := newCompiled(t, files)
	require.NoError(t, c.sh(c.root, "buf generate"))
	require.NoError(t, c.sh(c.root, "go mod tidy"))
	c.checksItself(t)

	template := files["buf.gen.yaml"]
	write(t, filepath.Join(c.root, "buf.gen.yaml"), strings.Replace(template, "v2\n", "v2\nclean: true\n", 1))
	before := treeOf(t, c.tree)
	require.ErrorContains(t, c.sh(c.root, "buf generate"), "buf.gen.yaml:2:8: clean has buf delete orders in each run")
	assert.Equal(t, before, treeOf(t, c.tree))

	write(t, filepath.Join(c.root, "buf.gen.yaml"), template)
	require.NoError(t, c.sh(c.root, "buf generate --clean"), "which no plugin learns of")
	require.ErrorContains(t, c.sh(c.root, "buf generate"), "run git restore orders")
	require.NoError(t, c.sh(c.root, "git restore orders"))
	assert.Equal(t, before, treeOf(t, c.tree))
}

// TestTreeOfProtocChecksItself has a workspace of two modules, and a script that runs protoc.
func TestTreeOfProtocChecksItself(t *testing.T) {
	files := compiledProtos("example.com/gen")
	files["orders/policy.yaml"] = strings.Replace(files["orders/policy.yaml"], "{name: orders", "{name: orders, module: example.com/orders", 1)
	files["protos.sh"] = "protoc -I proto --go_out=gen --go_opt=module=example.com/gen --go-grpc_out=gen --go-grpc_opt=module=example.com/gen " +
		"--msgen_out=orders '--msgen_opt=existing=orders,policy=orders/policy.yaml,proto_path=proto,command=sh protos.sh' orders/v1/orders.proto stock/v1/stock.proto\n"
	files["gen/go.mod"] = "module example.com/gen\n\ngo 1.26.0\n"
	c := newCompiled(t, files)
	require.NoError(t, c.sh(c.root, "sh protos.sh"))
	require.NoError(t, c.sh(c.root, "(cd gen && go mod tidy) && go work init ./gen ./orders"))
	require.NoError(t, c.sh(c.tree, "go mod edit -require=example.com/gen@v0.0.0 -replace=example.com/gen=../gen && go mod tidy"))
	require.NoError(t, c.sh(c.root, "sh protos.sh")) // pipelines watch the modules of the workspace
	c.checksItself(t)
}

// checksItself runs the pipeline of the tree, over what is committed and after a change, and starts the service.
func (c compiled) checksItself(t *testing.T) {
	t.Helper()
	require.NoError(t, c.sh(c.tree, "go vet ./..."))
	require.NoError(t, c.sh(c.root, "git add -A && git commit -qm one"))
	require.NoError(t, c.sh(c.tree, "msgen generate --check && msgen check && msgen explain Place"))
	require.NoError(t, c.sh(c.tree, "make check"))
	drift := c.driftStep(t)
	require.NoError(t, c.sh(c.tree, drift))

	proto := filepath.Join(c.root, "proto/orders/v1/orders.proto")
	text, err := os.ReadFile(proto)
	require.NoError(t, err)
	write(t, proto, strings.Replace(string(text), "{ rpc", "{ rpc Cancel(PlaceRequest) returns (PlaceResponse); rpc", 1))
	require.ErrorContains(t, c.sh(c.tree, "msgen generate --check"), "internal/ordersservice/ordersservice.go: is out of date")
	require.ErrorContains(t, c.sh(c.tree, drift), " M orders/internal/ordersservice/ordersservice.go")
	require.NoError(t, c.sh(c.root, "git add -A && git commit -qm two"))
	require.NoError(t, c.sh(c.tree, drift+"\nmsgen generate --check\ngo vet ./..."))
	c.starts(t)
}

// driftStep is the step of the pipeline that looks for changes. What it installs before is on PATH here, in the versions that the
// pipeline names.
func (c compiled) driftStep(t *testing.T) string {
	t.Helper()
	pipeline := treeOf(t, c.tree)[".github/workflows/orders.yaml"]
	for _, tool := range tools.All() {
		if recipe, ok := tool.Recipe.(tools.GoInstall); ok && strings.Contains(pipeline, recipe.Package+"@") {
			assert.Contains(t, pipeline, recipe.Package+"@"+tool.Version)
		}
	}
	_, step, found := strings.Cut(pipeline, "- name: The tree is what its protos and its policy make\n        run: |\n")
	require.True(t, found)
	step, _, _ = strings.Cut(step, "      - run:")
	return step
}

// starts has the service run until it is ready.
func (c compiled) starts(t *testing.T) {
	t.Helper()
	service := filepath.Join(t.TempDir(), "orders")
	program.Run(t, c.tree, "go", "build", "-o", service, "./cmd/orders")
	admin := program.FreeAddress(t)
	running := program.Start(t, c.tree, []string{"GRPC_ADDRESS=" + program.FreeAddress(t), "ADMIN_ADDRESS=" + admin, "DRAIN_DELAY=0s"}, service)
	program.AwaitOK(t, "http://"+admin+"/readyz")
	require.NoError(t, running.Stop(t, syscall.SIGTERM))
}
