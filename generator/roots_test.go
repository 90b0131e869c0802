package generator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serviceProto is a proto of one service, in a package of its own.
func serviceProto(pkg, service string, imports ...string) string {
	text := "syntax = \"proto3\";\npackage " + pkg + ";\n"
	for _, imported := range imports {
		text += fmt.Sprintf("import %q;\n", imported)
	}
	return text + "service " + service + " { rpc Do(" + service + "Request) returns (" + service + "Request); }\nmessage " + service + "Request {}\n"
}

// TestTreeKeepsImportPaths makes a tree by the default import path, which a buf.yaml would name otherwise: the protos keep the
// names that their stubs have, whether a later run names them or not.
func TestTreeKeepsImportPaths(t *testing.T) {
	w := newWorld(t, map[string]string{".git/HEAD": "", "proto/shop/v1/shop.proto": serviceProto("shop.v1", "Shop")})
	opts := Options{Protos: []string{"proto/shop/v1/shop.proto"}, Out: "out"}
	w.generate(".", opts)
	w.put("buf.yaml", "version: v2\nmodules: [{path: proto}]\n")
	opts.Full = true
	assert.Empty(t, w.generate(".", opts))
	assert.Empty(t, w.generate("out", Options{Full: true}))
	assert.Contains(t, w.get("out/gen/shop/v1/shop.pb.go"), "// source: proto/shop/v1/shop.proto\n")

	opts.ImportPaths = []string{"proto"}
	assert.NotEmpty(t, w.generate(".", opts), "the user says otherwise")
	opts.ImportPaths = nil
	assert.Empty(t, w.generate(".", opts), "and the tree remembers that")
	assert.Contains(t, w.get("out/gen/shop/v1/shop.pb.go"), "// source: shop/v1/shop.proto\n")

	opts.Out = "fresh"
	w.generate(".", opts)
	assert.Contains(t, w.get("fresh/gen/shop/v1/shop.pb.go"), "// source: shop/v1/shop.proto\n", "as buf has it")
}

// TestInferredImportPathsAreRemembered makes a tree whose import paths follow from the imports: it is up to date from then on, named
// or not, and says what it took once.
func TestInferredImportPathsAreRemembered(t *testing.T) {
	w := newWorld(t, map[string]string{
		".git/HEAD": "", "api/shop/v1/types.proto": "syntax = \"proto3\";\npackage shop.v1;\nmessage T {}\n",
		"api/shop/v1/shop.proto":    serviceProto("shop.v1", "Shop", "shop/v1/types.proto", "money/money.proto"),
		"libs/pb/money/money.proto": "syntax = \"proto3\";\npackage money;\nmessage Money {}\n",
	})
	opts := Options{Protos: []string{"api/shop/v1/shop.proto"}, Out: "out"}
	tree, err := w.plan(".", opts)
	require.NoError(t, err)
	assert.Contains(t, tree.Notes, "imports are relative to api, libs/pb, as the files that have them stand; -I names other folders")
	w.generate(".", opts)
	opts.Full = true
	assert.Empty(t, w.generate(".", opts))
	assert.Empty(t, w.generate("out", Options{Full: true}))
}

// TestDependenciesOfOneName calls services whose protos have one name in the folders that they are relative to, as those of other
// repositories have, and one of them the name of the tree's own.
func TestDependenciesOfOneName(t *testing.T) {
	w := newWorld(t, map[string]string{
		"stock/api.proto": serviceProto("acme.stock.v1", "Stock"), "stock/policy.yaml": "version: v1\n",
		"pay/api.proto": serviceProto("acme.pay.v1", "Pay", "types.proto"), "pay/policy.yaml": "version: v1\n",
		"pay/types.proto": "syntax = \"proto3\";\npackage acme.pay.v1;\nmessage Amount {}\n",
		"web/api.proto":   serviceProto("acme.web.v1", "Web"),
		"web/policy.yaml": "version: v1\ndependencies:\n" +
			"  - {name: stock, proto: ../stock/api.proto, policy: ../stock/policy.yaml}\n" +
			"  - {name: pay, proto: ../pay/api.proto, policy: ../pay/policy.yaml}\n",
	})
	for _, made := range []string{"stock", "pay"} {
		w.generate(made, Options{Protos: []string{"api.proto"}})
	}
	w.generate("web", Options{Protos: []string{"api.proto"}})
	for file, source := range map[string]string{
		"web/v1/api.pb.go": "api.proto", "stock/v1/api.pb.go": "stock/api.proto", "pay/v1/api.pb.go": "pay/api.proto", "pay/v1/types.pb.go": "types.proto",
	} {
		assert.Contains(t, w.get("web/gen/acme/"+file), "// source: "+source+"\n")
	}
	assert.Empty(t, w.generate("web", Options{Full: true}), "from the copies in the tree")
	assert.Empty(t, w.generate("web", Options{Protos: []string{"api.proto"}, Full: true}))

	w.put("stock/types.proto", "syntax = \"proto3\";\npackage acme.stock.v1;\nmessage Shelf {}\n")
	w.put("stock/api.proto", serviceProto("acme.stock.v1", "Stock", "types.proto"))
	_, err := w.plan("web", Options{Protos: []string{"api.proto"}, Policy: "policy.yaml"})
	assert.ErrorContains(t, err, "two files of one name", "which one program cannot link")
}

// TestHealthAmongTheProtos gives all protos of a repository, a copy of health.proto and another one that has a Go package of its own
// with them.
func TestHealthAmongTheProtos(t *testing.T) {
	const health = "grpc/health/v1/health.proto"
	w := newWorld(t, map[string]string{
		".git/HEAD": "", health: healthProto, "shop.proto": serviceProto("shop.v1", "Shop"),
		"google/type/date.proto": "syntax = \"proto3\";\npackage google.type;\nmessage Date {}\n",
	})
	tree, err := w.plan(".", Options{Protos: []string{health, "google/type/date.proto", "shop.proto"}, Out: "out"})
	require.NoError(t, err)
	assert.Equal(t, "shop", tree.Name)
	assert.Contains(t, tree.Notes, "every emitted service serves grpc.health.v1.Health of "+health+" already: no handlers for it")
	for _, change := range tree.Changes() {
		assert.NotContains(t, change.Path, "gen/grpc", "its stubs are those of grpc")
		assert.NotContains(t, change.Path, "gen/google", "its stubs are those of genproto")
	}
}

// healthProto declares some of what the file of that name in grpc does.
const healthProto = `syntax = "proto3";
package grpc.health.v1;
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse {
  enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
  ServingStatus status = 1;
}
service Health {
  rpc Check(HealthCheckRequest) returns (HealthCheckResponse);
  rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse);
}
`

// TestManyProtosAreOneNote reports many protos without a go_package in one line.
func TestManyProtosAreOneNote(t *testing.T) {
	w := newWorld(t, map[string]string{".git/HEAD": ""})
	var protos []string
	for i := range 40 {
		name := fmt.Sprintf("s%d.proto", i)
		w.put(name, serviceProto("shop.v1", fmt.Sprintf("S%d", i)))
		protos = append(protos, name)
	}
	w.put("outside.proto", "syntax = \"proto3\";\npackage shop.v1;\noption go_package = \"example.com/elsewhere;shopv1\";\nmessage M {}\n")
	tree, err := w.plan(".", Options{Protos: append(protos, "outside.proto"), Out: "out"})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"40 protos have no go_package: their stubs are below example.com/shop, those of s0.proto in example.com/shop/gen/shop/v1",
		`outside.proto has go_package "example.com/elsewhere", outside example.com/shop: its stubs are in example.com/shop/gen/shop/v1`,
	}, tree.Notes)
}
