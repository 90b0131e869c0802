package generator

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newPlatform is a working directory with a runtime that is a module, and a service that names it.
func newPlatform(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir(".git", 0o755))
	put(t, "users/users.proto", "syntax = \"proto3\";\npackage users.v1;\nservice Users { rpc Get(M) returns (M); }\nmessage M {}\n")
	put(t, "users/policy.yaml", "service: {module: example.com/users, runtime: ../platform/runtime}\n")
	tree, err := PlanRuntime(t.Context(), Options{Out: "platform/runtime", Version: "test"}, "example.com/platform/runtime")
	require.NoError(t, err)
	require.NoError(t, performed(tree))
}

// TestRefusedModuleOfARuntime: the problem names the flag, as there is no policy.
func TestRefusedModuleOfARuntime(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "there/go.mod", "module example.com/there\n")
	put(t, "there/a b/README.md", "")
	for _, c := range []struct{ dir, module, want string }{
		{"here", "log", `--module: begins as packages of the standard library do: found "log", ` +
			`want a module path whose first element is a domain, or no name of the standard library's; write "example.com/log"`},
		{"here", "example.com/a b", `--module: no Go module can have this path: found "example.com/a b", want a Go module path such as example.com/platform/runtime; pass another --module`},
		{"here", "example.com/v1", `--module: no Go module can have this path: `},
		{"there", "example.com/here", `--module: not the module of the go.mod in the output folder: ` +
			`found "example.com/here", want "example.com/there"; leave --module out, or generate into another folder`},
		{"there/a b", "", `the output folder cannot be a package of the module around it: found "example.com/there/a b", ` +
			`want an import path: elements of letters, digits, '-', '_', '.' and '~'; generate into a folder of another name, or pass --module with a module of its own`},
	} {
		_, err := PlanRuntime(t.Context(), Options{Out: c.dir, Version: "test"}, c.module)
		require.ErrorContains(t, err, c.want)
	}
	_, err := PlanRuntime(t.Context(), Options{Out: "there/a b", Version: "test"}, "example.com/here")
	require.NoError(t, err)
}

var usersService = Options{Protos: []string{"users/users.proto"}, Out: "users", Version: "test"}

// TestWholeRuntime: it is a module that builds without further commands, and a tree like others.
func TestWholeRuntime(t *testing.T) {
	newPlatform(t)
	goRun(t, "platform/runtime", "vet", "./...")
	assert.Empty(t, goRun(t, "platform/runtime", "mod", "tidy", "-diff"))
	again, err := bare(t, "platform/runtime")
	require.NoError(t, err)
	assert.Empty(t, changes(again))
	problems, err := Check(t.Context(), Options{Out: "platform/runtime", Version: "test"})
	require.NoError(t, err)
	assert.Empty(t, problems)

	over := usersService
	over.Out = "platform/runtime"
	_, err = Plan(t.Context(), over)
	require.ErrorContains(t, err, "the tree holds a runtime, which no proto makes")
	put(t, "users/policy.yaml", "version: v1\n")
	own, err := Plan(t.Context(), usersService)
	require.NoError(t, err)
	require.NoError(t, performed(own))
	_, err = PlanRuntime(t.Context(), Options{Out: "users", Version: "test"}, "")
	require.ErrorContains(t, err, "the folder holds another tree")
}

// TestNamedRuntime: a service imports a runtime of another module, and one that another msgen has made fails with a line that says so.
func TestNamedRuntime(t *testing.T) {
	newPlatform(t)
	alone, err := Plan(t.Context(), usersService)
	require.NoError(t, err)
	assert.Equal(t, []string{"go get example.com/platform/runtime/runtimeapi", "go mod tidy"}, alone.Next)
	edit(t, "users/policy.yaml", "}\n", "}\ndeploy: {image: registry.example.com/users, ci: [github]}\n")
	put(t, "go.work", "go 1.26.7\n\nuse (\n\t./platform/runtime\n\t./users\n)\n")
	tree, err := Plan(t.Context(), usersService)
	require.NoError(t, err)
	require.NoError(t, performed(tree))
	assert.NotContains(t, strings.Join(tree.Next, "; "), "go get")
	assert.Equal(t, []string{"platform/runtime"}, runtimesOnDisk(t))
	assert.Contains(t, read(t, "users/.github/workflows/users.yaml"), "platform/runtime/**")
	goRunWith(t, "users", []string{"GOWORK="}, "vet", "./...")
	again, err := bare(t, "users")
	require.NoError(t, err)
	assert.Empty(t, changes(again))

	newer := usersService
	newer.Version = "newer"
	problems, err := Check(t.Context(), newer)
	require.NoError(t, err)
	assert.Equal(t, "users/policy.yaml:1:47: warning: service.runtime: another msgen has made the runtime: "+
		"found \"test\", want newer; msgen runtime -o platform/runtime\n", printed(t, problems))

	edit(t, "platform/runtime/runtimeapi/runtimeapi.go", "const V1 = 1", "const V2 = 2")
	build := exec.CommandContext(t.Context(), "go", "build", "./...")
	build.Dir, build.Env = "users", append(os.Environ(), "GOWORK=")
	out, err := build.CombinedOutput()
	require.Error(t, err)
	assert.Regexp(t, `(?m)^internal/server/runtime.go:\d+:\d+: undefined: runtimeapi.V1$`, string(out))
	_, err = Plan(t.Context(), usersService)
	require.ErrorContains(t, err, `users/policy.yaml:1:47: service.runtime: the runtime does not serve trees of this msgen: `+
		`found "example.com/platform/runtime", want a runtime that this msgen has made; msgen runtime -o platform/runtime`)
}

// TestNamedRuntimeCannotBeImported: for reasons that the policy's reader can see.
func TestNamedRuntimeCannotBeImported(t *testing.T) {
	newPlatform(t)
	for named, want := range map[string]string{
		"../nowhere": `service.runtime: no go.mod is in or around the folder: found "nowhere", want a runtime that msgen has made; msgen runtime -o nowhere`,
		"example.com/platform/internal": `service.runtime: Go does not let the service import it: the folder is below a folder internal: found "example.com/platform/internal", ` +
			`want a folder outside of internal; make the runtime in a folder outside of internal, and name that in service.runtime`,
	} {
		put(t, "users/policy.yaml", "service: {module: example.com/users, runtime: "+named+"}\n")
		_, err := Plan(t.Context(), usersService)
		require.ErrorContains(t, err, "users/policy.yaml:1:47: "+want)
	}
	put(t, "go.mod", "module example.com/acme\n")
	require.NoError(t, os.Remove("platform/runtime/go.mod"))
	put(t, "users/policy.yaml", "version: v1\n")
	put(t, systemFile, "services: [{dir: users}]\nruntime: {dir: platform/runtime}\n")
	_, err := PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.ErrorContains(t, err, "msgen.system.yaml:2:16: runtime.dir: the folder holds another tree: "+
		`found "platform/runtime", want a folder for the runtime alone; name another folder`)
	put(t, "users/policy.yaml", "service: {runtime: example.com/platform/runtime}\n")
	put(t, systemFile, "services: [{dir: users}]\nruntime: {dir: lib}\n")
	_, err = PlanSystem(t.Context(), systemFile, Options{Version: "test"})
	require.ErrorContains(t, err, "users/policy.yaml:1:20: service.runtime: the system has one tree for the runtime of all services: "+
		`found "example.com/platform/runtime", want "example.com/acme/lib"; remove it here, or runtime from the system file`)
}

// TestNamedFolderHasNoRuntime: it is empty, or another tree is there, over which msgen writes no runtime.
func TestNamedFolderHasNoRuntime(t *testing.T) {
	newPlatform(t)
	put(t, "other/policy.yaml", "service: {module: example.com/other}\n")
	other, err := Plan(t.Context(), Options{Protos: usersService.Protos, Policy: "other/policy.yaml", Out: "other", Version: "test"})
	require.NoError(t, err)
	require.NoError(t, performed(other))
	put(t, "go.work", "go 1.26.7\n\nuse (\n\t./other\n\t./users\n)\n")
	put(t, "users/go.mod", "module example.com/users\n\ngo 1.26.7\n")
	for named, want := range map[string]string{
		"example.com/users/runtime": `service.runtime: no runtime is in the folder: found "example.com/users/runtime", want a runtime that msgen has made; msgen runtime -o users/runtime`,
		"../other": `service.runtime: no runtime is in the folder: found "example.com/other", ` +
			`want a runtime that msgen has made; name another folder: this one holds another tree`,
	} {
		put(t, "users/policy.yaml", "service: {module: example.com/users, runtime: "+named+"}\n")
		_, err := Plan(t.Context(), usersService)
		require.ErrorContains(t, err, "users/policy.yaml:1:47: "+want)
	}
}
