package acceptance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// parity is one input that every way into msgen is given.
type parity struct {
	name  string
	files map[string]string // by path from the root of a repository, which is where the protos are imported from
	// protos are the targets, in the order that buf takes too.
	protos  []string
	edition bool // Debian's protoc cannot read it
}

const parityPolicy = "version: v1\nservice: {name: shop, module: example.com/shop}\nserver: {grpcPort: 7000}\n"

func parities() []parity {
	orders := `package shop.orders.v1;
option go_package = "example.com/shop/gen/shop/orders/v1;ordersv1";

import "google/protobuf/timestamp.proto";

// Orders are what customers want.
service OrderService {
	// Get finds an order.
	rpc Get(GetRequest) returns (Order) { option idempotency_level = NO_SIDE_EFFECTS; }
	rpc Watch(stream GetRequest) returns (stream Order);
}

message GetRequest { string id = 1; }

message Order { google.protobuf.Timestamp at = 1; }
`
	parcels := `syntax = "proto2";
package shop.parcels.v1;

import "orders/v1/orders.proto";

service ParcelService { rpc Send(shop.orders.v1.Order) returns (Parcel); }

message Parcel { required string id = 1; }
`
	return []parity{
		{
			name:   "one folder",
			files:  map[string]string{"orders/v1/orders.proto": "syntax = \"proto3\";\n" + orders, "orders/v1/policy.yaml": parityPolicy},
			protos: []string{"orders/v1/orders.proto"},
		},
		{
			name: "two folders",
			files: map[string]string{
				"orders/v1/orders.proto": "syntax = \"proto3\";\n" + orders, "orders/v1/policy.yaml": parityPolicy,
				"parcels/v1/parcels.proto": parcels,
			},
			protos: []string{"orders/v1/orders.proto", "parcels/v1/parcels.proto"},
		},
		{
			name:    "edition 2023",
			files:   map[string]string{"orders/v1/orders.proto": "edition = \"2023\";\n" + orders, "orders/v1/policy.yaml": parityPolicy},
			protos:  []string{"orders/v1/orders.proto"},
			edition: true,
		},
	}
}

// ways are the programs that lead to msgen. Each of them makes the tree "out" of a repository, and returns what it told when
// it failed.
type ways struct {
	msgen, plugin, debian, current, buf string
	goPlugins                           []string
}

func newWays(t *testing.T) ways {
	t.Helper()
	return ways{
		msgen: program.BuildMsgen(t, repository), plugin: program.BuildPlugin(t, repository),
		debian: program.Tool(t, "protoc"), current: program.Tool(t, "protoc-current"), buf: program.Tool(t, "buf"),
		goPlugins: []string{program.Tool(t, "protoc-gen-go"), program.Tool(t, "protoc-gen-go-grpc")},
	}
}

func (w ways) all(p parity, opts string) map[string]func(t *testing.T, root string) error {
	found := map[string]func(*testing.T, string) error{
		"msgen": func(t *testing.T, root string) error {
			return try(t, root, w.msgen, append([]string{"generate", "-I", ".", "-o", "out"}, p.protos...)...)
		},
		"current protoc":         func(t *testing.T, root string) error { return w.protoc(t, w.current, root, p, opts) },
		"buf with strategy all":  func(t *testing.T, root string) error { return w.bufGenerate(t, root, "all", opts) },
		"buf with its directory": func(t *testing.T, root string) error { return w.bufGenerate(t, root, "directory", opts) },
		"Debian's protoc":        func(t *testing.T, root string) error { return w.protoc(t, w.debian, root, p, opts) },
	}
	if p.edition {
		delete(found, "Debian's protoc")
	}
	return found
}

func (w ways) protoc(t *testing.T, protoc, root string, p parity, opts string) error {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "out"), 0o755))
	args := []string{"-I", ".", "--plugin=protoc-gen-msgen=" + w.plugin, "--msgen_out=out", "--msgen_opt=" + opts}
	return try(t, root, protoc, append(args, p.protos...)...)
}

func (w ways) bufGenerate(t *testing.T, root, strategy, opts string) error {
	t.Helper()
	write(t, filepath.Join(root, "buf.yaml"), "version: v2\n")
	write(t, filepath.Join(root, "buf.gen.yaml"), fmt.Sprintf(
		"version: v2\nplugins:\n  - local: %s\n    out: out\n    strategy: %s\n    opt: [%s]\n", w.plugin, strategy, opts))
	return try(t, root, w.buf, "generate")
}

// try runs a program; its error is what the program told on stderr. On stdout it must tell nothing, but for the summary of
// msgen's own.
func try(t *testing.T, root, name string, args ...string) error {
	t.Helper()
	var stderr strings.Builder
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Stderr = root, &stderr
	if _, err := cmd.Output(); err != nil {
		return errors.New(stderr.String())
	}
	return nil
}

// newRepository writes the files of an input into a repository of its own.
func (p parity) newRepository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o755))
	for name, text := range p.files {
		write(t, filepath.Join(root, name), text)
	}
	return root
}

// TestParity holds the trees of the command line, of both protocs and of buf to each other, msgen's memory with them, except
// where it says who made the tree. The command line then finds nothing to do in any of them.
func TestParity(t *testing.T) {
	w := newWays(t)
	for _, p := range parities() {
		t.Run(p.name, func(t *testing.T) {
			trees := map[string]map[string]string{}
			for way, generate := range w.all(p, "stubs=true,existing=out") {
				root := p.newRepository(t)
				err := generate(t, root)
				if len(p.protos) > 1 && way == "buf with its directory" {
					require.ErrorContains(t, err, "strategy: all")
					continue
				}
				require.NoError(t, err, way)
				require.NoError(t, try(t, filepath.Join(root, "out"), w.msgen, "generate", "--check"), way)
				trees[way] = apartFromMaker(treeOf(t, filepath.Join(root, "out")))
			}
			require.NotEmpty(t, trees["msgen"])
			for way, tree := range trees {
				assert.Equal(t, trees["msgen"], tree, way)
			}
		})
	}
}

// TestPluginBesideOfficialPlugins builds what msgen's plugin makes without stubs, with those of the official plugins.
func TestPluginBesideOfficialPlugins(t *testing.T) {
	w, p := newWays(t), parities()[0]
	root := p.newRepository(t)
	require.NoError(t, os.Mkdir(filepath.Join(root, "out"), 0o755))
	args := []string{"-I", ".", "--plugin=protoc-gen-msgen=" + w.plugin, "--msgen_out=out", "--msgen_opt=existing=out"}
	for _, plugin := range w.goPlugins {
		name := strings.TrimPrefix(filepath.Base(plugin), "protoc-gen-")
		args = append(args, "--plugin="+plugin, "--"+name+"_out=out", "--"+name+"_opt=module=example.com/shop")
	}
	require.NoError(t, try(t, root, w.current, append(args, p.protos...)...))
	tree := filepath.Join(root, "out")
	program.Run(t, tree, "go", "vet", "-trimpath", "./...")
	assert.Empty(t, program.Run(t, tree, "go", "mod", "tidy", "-diff"))
	require.NoError(t, try(t, root, w.current, append(args, p.protos...)...), "again")
	require.NoError(t, try(t, tree, w.msgen, "generate", "--check"), "the stubs of others are not compared")
}

// TestPluginKeepsEditsOfItsUser runs each compiler again over a tree that was edited, with an RPC that is new.
func TestPluginKeepsEditsOfItsUser(t *testing.T) {
	w, p := newWays(t), parities()[0]
	const opts = "stubs=true,existing=out"
	for way, generate := range w.all(p, opts) {
		t.Run(way, func(t *testing.T) {
			root := p.newRepository(t)
			require.NoError(t, generate(t, root))
			edited := map[string]string{
				"internal/orderservice/orderservice.go": "// mine\n", "cmd/shop/main.go": "// mine\n", "Makefile": "# mine\n", "README.md": "mine\n",
			}
			for name, line := range edited {
				appendTo(t, filepath.Join(root, "out", name), line)
			}
			changed := strings.Replace(p.files["orders/v1/orders.proto"], "\trpc Watch", "\trpc List(GetRequest) returns (Order);\n\trpc Watch", 1)
			write(t, filepath.Join(root, "orders/v1/orders.proto"), changed)
			require.NoError(t, generate(t, root))
			tree := treeOf(t, filepath.Join(root, "out"))
			for name, line := range edited {
				assert.Contains(t, tree[name], line, name)
			}
			assert.Contains(t, tree["internal/orderservice/orderservice.go"], ") List(")

			appendTo(t, filepath.Join(root, "out", "POLICY.md"), "mine\n")
			before := treeOf(t, filepath.Join(root, "out"))
			require.Error(t, generate(t, root), "a generated file was edited")
			assert.Equal(t, before, treeOf(t, filepath.Join(root, "out")))
		})
	}
}

// TestReadmesBufGenYaml has buf do what README.md shows, and builds what comes of it.
func TestReadmesBufGenYaml(t *testing.T) {
	w := newWays(t)
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	require.NoError(t, err)
	_, sample, found := strings.Cut(string(readme), "```yaml\n")
	require.True(t, found)
	sample, _, _ = strings.Cut(sample, "```")
	for _, plugin := range append(w.goPlugins, w.plugin) { // they need not be on PATH
		sample = strings.Replace(sample, "local: "+filepath.Base(plugin)+"\n", "local: "+plugin+"\n", 1)
	}
	root := t.TempDir()
	for name, text := range map[string]string{
		"buf.yaml": "version: v2\n", "buf.gen.yaml": sample, "policy.yaml": "version: v1\n",
		"orders.proto": "syntax = \"proto3\";\npackage orders.v1;\noption go_package = \"example.com/orders/gen/orders/v1\";\n" +
			"service Orders { rpc Get(Order) returns (Order); }\nmessage Order {}\n",
		".git": "gitdir: elsewhere\n", // so that the inputs are not copied into the tree
	} {
		write(t, filepath.Join(root, name), text)
	}
	for range 2 {
		require.NoError(t, try(t, root, w.buf, "generate"))
	}
	program.Run(t, root, "go", "vet", "-trimpath", "./...")
	assert.Empty(t, program.Run(t, root, "go", "mod", "tidy", "-diff"))
	assert.Contains(t, program.Run(t, root, w.msgen, "status"), "orders.go")
}

// TestEmittedReadmesSamples has buf and protoc do what the README.md of a tree shows, beside what made the tree: they find
// nothing to do, and then what is new.
func TestEmittedReadmesSamples(t *testing.T) {
	w, p := newWays(t), parities()[0]
	root := p.newRepository(t)
	require.NoError(t, try(t, root, w.msgen, append([]string{"generate", "-I", ".", "-o", "."}, p.protos...)...))
	before := apartFromMaker(treeOf(t, root))
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	readme := string(text)
	_, sample, found := strings.Cut(readme, "```yaml\n")
	require.True(t, found)
	sample, _, _ = strings.Cut(sample, "```")
	line := regexp.MustCompile(`(?m)^ {4}protoc -I DIR (.*) PROTO\.\.\.$`).FindStringSubmatch(readme)
	require.NotNil(t, line)
	outside := t.TempDir() // what buf needs stands in no tree
	write(t, filepath.Join(outside, "buf.gen.yaml"), strings.Replace(sample, "local: protoc-gen-msgen\n", "local: "+w.plugin+"\n", 1))
	runs := map[string]func() error{
		"buf": func() error {
			return try(t, root, w.buf, "generate", "--template", filepath.Join(outside, "buf.gen.yaml"))
		},
		"protoc": func() error {
			args := append([]string{"-I", ".", "--plugin=protoc-gen-msgen=" + w.plugin}, strings.Fields(line[1])...)
			return try(t, root, w.current, append(args, p.protos...)...)
		},
	}
	for way, run := range runs {
		require.NoError(t, run(), way)
		assert.Equal(t, before, apartFromMaker(treeOf(t, root)), way)
	}
	proto := p.files[p.protos[0]]
	for way, run := range runs {
		rpc := strings.ToUpper(way[:1]) + way[1:]
		proto = strings.Replace(proto, "\trpc Watch", "\trpc "+rpc+"(GetRequest) returns (Order);\n\trpc Watch", 1)
		write(t, filepath.Join(root, p.protos[0]), proto)
		require.NoError(t, run(), way)
		assert.Contains(t, treeOf(t, root)["internal/orderservice/orderservice.go"], ") "+rpc+"(", way)
	}
}

var place = regexp.MustCompile(`\S+\.(?:proto|yaml):\d+:\d+: [^:]+`)

// TestPositionsAreTheSame has a problem of the proto, behind a tab and a letter of two bytes, and one of the policy told by every
// way to a tree and by `msgen check`. `msgen explain` has no form as a plugin, since protoc and buf ask for files alone: it
// says of the same place the same.
func TestPositionsAreTheSame(t *testing.T) {
	w := newWays(t)
	for want, edit := range map[string][3]string{
		"orders/v1/orders.proto:10:14: an RPC cannot have the name of what its handlers embed": {
			"orders/v1/orders.proto", "rpc Get(", "/* é */ rpc UnsafeOrderServiceServer(",
		},
		"orders/v1/policy.yaml:3:29: resilience.methods.Gat": {
			"orders/v1/policy.yaml", "server:", "resilience: {methods: {Gat: {timeout: 1s}}}\nserver:",
		},
	} {
		p := parities()[0]
		name, from, to := edit[0], edit[1], edit[2]
		require.Contains(t, p.files[name], from)
		p.files[name] = strings.Replace(p.files[name], from, to, 1)
		told := w.all(p, "stubs=true,existing=out")
		told["msgen check"] = func(t *testing.T, root string) error {
			return try(t, root, w.msgen, append([]string{"check", "-I", "."}, p.protos...)...)
		}
		for way, run := range told {
			err := run(t, p.newRepository(t))
			require.Error(t, err, way)
			assert.Equal(t, []string{want}, place.FindAllString(err.Error(), -1), "%s: %v", way, err)
		}
	}

	p := parities()[0]
	p.files["orders/v1/orders.proto"] = strings.Replace(p.files["orders/v1/orders.proto"], "rpc Get(", "/* é */ rpc Get(", 1)
	root := p.newRepository(t)
	explained := program.Run(t, root, w.msgen, append([]string{"explain", "-I", "."}, append(p.protos, "Get")...)...)
	assert.Contains(t, explained, " orders/v1/orders.proto:10:48\n")
}

// apartFromMaker leaves out what is not the same in trees of different makers: what they remember of them, and how they are
// regenerated.
func apartFromMaker(tree map[string]string) map[string]string {
	for _, name := range []string{".msgen/state.json", "Makefile", ".msgen/base/Makefile", ".msgen/base/README.md", "README.md"} {
		delete(tree, name)
	}
	return tree
}

// treeOf returns every file below dir by its path from there.
func treeOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(content)
		return err
	})
	require.NoError(t, err)
	return files
}

func appendTo(t *testing.T, file, text string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	write(t, file, string(content)+text)
}
