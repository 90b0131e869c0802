package generator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	shopHead    = "syntax = \"proto3\";\npackage shop.v1;\n"
	shopTypes   = "message Ping { string id = 1; }\nmessage Pong { string note = 1; }\nmessage Other { string other = 1; }\n"
	shopGet     = "  rpc Get(Ping) returns (Pong);\n"
	shopWatch   = "  rpc Watch(Ping) returns (stream Pong);\n"
	shopPut     = "  rpc Put(Ping) returns (Pong);\n"
	shopExtra   = "service Extra {\n  rpc Do(Ping) returns (Pong);\n}\n"
	matrixProto = shopHead + "service Orders {\n" + shopGet + shopWatch + shopPut + "}\n" + shopExtra + shopTypes

	matrixPolicy = "service: {name: shop, module: example.com/shop}\nbalancing: {policy: pick_first}\n"
)

// shop is a tree and what makes it, in a folder of its own.
type shop struct {
	*testing.T

	dir string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t, t.TempDir()}
	put(t, s.path(".git/HEAD"), "")
	put(t, s.path("shop.proto"), matrixProto)
	put(t, s.path("policy.yaml"), matrixPolicy)
	_, err := s.generate()
	require.NoError(t, err)
	return s
}

func (s *shop) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *shop) get(name string) string {
	s.Helper()
	content, err := os.ReadFile(s.path(name))
	require.NoError(s, err)
	return string(content)
}

// generate makes the tree from shop.proto, or from others, and returns what the run did and what it told.
func (s *shop) generate(protos ...string) (*Tree, error) {
	s.Helper()
	if len(protos) == 0 {
		protos = []string{"shop.proto"}
	}
	for i := range protos {
		protos[i] = s.path(protos[i])
	}
	tree, err := Plan(context.Background(), Options{
		Protos: protos, ImportPaths: []string{s.dir}, Out: s.dir, Version: "v1.0.0", AllowBreaking: true, Full: true,
	})
	require.NoError(s, err)
	return tree, performed(tree)
}

// edit replaces text in a file of the tree, whichever of the texts it holds.
func (s *shop) edit(name string, pairs ...string) {
	s.Helper()
	content := s.get(name)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(s, content, pairs[i])
		content = strings.Replace(content, pairs[i], pairs[i+1], 1)
	}
	put(s.T, s.path(name), content)
}

const (
	orders  = "internal/orders/orders.go"
	getBody = "\t// TODO: implement Get.\n\treturn nil, status.Error(codes.Unimplemented, \"Get is not implemented\")\n"
	myBody  = "\tnote := req.GetId() // mine\n\treturn &shopv1.Pong{Note: note}, nil // mine\n"
)

// edits are what users do to their handlers. Each line that they write ends in "mine".
var edits = map[string]func(*shop){
	"body edited":  func(s *shop) { s.edit(orders, getBody, myBody) },
	"helper added": func(s *shop) { put(s.T, s.path(orders), s.get(orders)+"\nfunc helper() {} // mine\n") },
	"import added": func(s *shop) {
		s.edit(orders, "\t\"context\"\n", "\t\"context\"\n\t\"fmt\" // mine\n")
		put(s.T, s.path(orders), s.get(orders)+"\nvar _ = fmt.Sprint // mine\n")
	},
	"field added": func(s *shop) {
		s.edit(orders, "type Server struct {\n", "type Server struct {\n\tname string // mine\n",
			"func New() *Server {\n\treturn &Server{}\n", "func New(name string) *Server { // mine\n\treturn &Server{name: name} // mine\n")
		s.edit("internal/orders/orders_test.go", "New())", "New(\"mine\"))")
		s.edit("cmd/shop/main.go", "orders.New()", "orders.New(\"mine\")")
	},
	"method moved": func(s *shop) {
		all := s.get(orders)
		from, to := strings.Index(all, "// Get answers"), strings.Index(all, "// Watch answers")
		put(s.T, s.path(orders), all[:from]+all[to:])
		put(s.T, s.path("internal/orders/get.go"), "package orders // mine\n\nimport (\n\t\"context\"\n\n\tpb \"example.com/shop/gen/shop/v1\" // mine\n)\n\n"+
			"func (me *Server) Get(_ context.Context, req *pb.Ping) (*pb.Pong, error) {\n\treturn &pb.Pong{Note: req.GetId()}, nil // mine\n}\n")
	},
	"file renamed": func(s *shop) {
		s.edit(orders, getBody, myBody)
		require.NoError(s, os.Rename(s.path(orders), s.path("internal/orders/service.go")))
	},
	"file deleted": func(s *shop) { require.NoError(s, os.Remove(s.path("internal/orders/orders_test.go"))) },
	"comments and directives": func(s *shop) {
		s.edit(orders, "// Package orders", "//go:build !never || mine\n\n/* a block, mine */\n\n// Package orders",
			"// Get answers", "//nolint:revive,nolintlint // mine\n// Get answers", getBody, "\tconst s2 = `\nfunc (s *Server) Get() { // mine\n`\n\t_ = s2 // mine\n"+myBody)
	},
	"CRLF": func(s *shop) {
		s.edit(orders, getBody, myBody)
		put(s.T, s.path(orders), strings.ReplaceAll(s.get(orders), "\n", "\r\n"))
	},
}

// protoChanges are what becomes of the proto or of the policy. A change that may keep edited code from compiling says so:
// then the summary lists the places.
var protoChanges = map[string]struct {
	proto, policy string
	breaks        bool
}{
	"RPC added":     {proto: strings.Replace(matrixProto, shopWatch, shopWatch+"  rpc New(Ping) returns (Other);\n", 1)},
	"RPC removed":   {proto: strings.Replace(matrixProto, shopGet, "", 1)},
	"RPC renamed":   {proto: strings.Replace(matrixProto, "Get(", "Fetch(", 1)},
	"RPCs reorder":  {proto: strings.Replace(matrixProto, shopGet+shopWatch+shopPut, shopPut+shopWatch+shopGet, 1)},
	"kind changed":  {proto: strings.Replace(matrixProto, "Get(Ping) returns (Pong)", "Get(Ping) returns (stream Pong)", 1), breaks: true},
	"types changed": {proto: strings.Replace(matrixProto, "Get(Ping) returns (Pong)", "Get(Other) returns (Other)", 1), breaks: true},
	"service added": {proto: matrixProto + "service OrderService { rpc Do(Ping) returns (Pong); }\n"},
	"services swap": {proto: strings.Replace(strings.Replace(matrixProto, shopExtra, "", 1), "service Orders", shopExtra+"service Orders", 1)},
	"other removed": {proto: strings.Replace(matrixProto, shopExtra, "", 1)},
	"removed":       {proto: shopHead + shopExtra + shopTypes, breaks: true},
	"renamed":       {proto: strings.Replace(matrixProto, "service Orders", "service Purchases", 1)},
	"events appear": {proto: matrixProto, policy: matrixPolicy +
		"events: {broker: kafka, publish: [{topic: got, message: shop.v1.Pong}], subscribe: [{topic: got, message: shop.v1.Pong}]}\n"},
	"files appear": {proto: matrixProto, policy: matrixPolicy + "server: {rateLimit: {requestsPerSecond: 1}}\n"},
}

// TestMatrix changes the proto in each way under each edit, and back: it compiles afterwards or the places that do not are
// told, the user's lines are all there, and a second run has nothing to do.
func TestMatrix(t *testing.T) {
	checker := &sharedChecker{typeChecker: newTypeChecker(t)}
	for _, editName := range slices.Sorted(maps.Keys(edits)) {
		for _, changeName := range slices.Sorted(maps.Keys(protoChanges)) {
			t.Run(editName+"/"+changeName, func(t *testing.T) {
				t.Parallel()
				s := newShop(t)
				edits[editName](s)
				_, err := s.generate()
				require.NoError(t, err)
				require.NoError(t, s.check(checker), "the edit itself compiles")
				mine := s.mine()

				change := protoChanges[changeName]
				s.regenerate(checker, change.proto, change.policy, change.breaks)
				assert.Equal(t, mine, s.mine())
				s.regenerate(checker, matrixProto, "", true)
				assert.Equal(t, mine, s.mine(), "and back")
			})
		}
	}
}

// regenerate makes the tree from other inputs. Where its user has edited what a change takes away in the file that they
// share with msgen, nothing is written, and they take it away too.
func (s *shop) regenerate(checker *sharedChecker, proto, policy string, breaks bool) {
	s.Helper()
	put(s.T, s.path("shop.proto"), proto)
	if policy == "" {
		policy = matrixPolicy
	}
	put(s.T, s.path("policy.yaml"), policy)
	tree, err := s.generate()
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		require.True(s, breaks)
		require.Equal(s, []string{"cmd/shop/main.go"}, []string{refused.Changes[0].Path})
		require.Equal(s, Conflict, refused.Changes[0].Action)
		s.edit("cmd/shop/main.go", "orders.New(\"mine\")", "orders.New()")
		tree, err = s.generate()
	}
	require.NoError(s, err)
	if fault := s.check(checker); fault != nil {
		assert.True(s, breaks, "%v", fault)
		s.assertTold(tree, fault)
	}
	again, err := s.generate()
	require.NoError(s, err)
	assert.Empty(s, changes(again), "a second run writes nothing")
}

var place = regexp.MustCompile(`^(\S+\.go):(\d+)`)

// assertTold holds what does not compile to what the summary has told.
func (s *shop) assertTold(tree *Tree, fault error) {
	s.Helper()
	told := strings.Join(tree.Notes, "\n")
	for line := range strings.Lines(fault.Error()) {
		for _, consequence := range []string{"could not import", "does not implement", "\thave ", "\twant "} {
			if i := strings.Index(line, consequence); i >= 0 { // of what is wrong in another place
				_, line, _ = strings.Cut(line[i:], "(")
			}
		}
		if at := place.FindStringSubmatch(line); at != nil && strings.HasPrefix(at[1], "internal/") {
			assert.Contains(s, told, s.path(at[1])+":"+at[2]+":", "%v", fault)
		}
	}
}

// mine are the lines of the user's, in their order in each file of the handlers.
func (s *shop) mine() []string {
	s.Helper()
	var out []string
	for _, name := range goFilesBelow(s, s.path("internal/orders")) {
		for line := range strings.Lines(s.get("internal/orders/" + name)) {
			if line := strings.TrimRight(line, "\r\n"); strings.HasSuffix(line, "mine") {
				out = append(out, fmt.Sprintf("%s: %q", name, line))
			}
		}
	}
	return out
}

// check compiles what a handler can break.
func (s *shop) check(checker *sharedChecker) error {
	s.Helper()
	files := map[string]string{}
	for _, name := range goFilesBelow(s, s.dir) {
		dir, _, _ := strings.Cut(strings.TrimPrefix(name, "internal/"), "/")
		unused := slices.Contains([]string{"client", "discovery", "loadbalancer", "registry", "resilience"}, dir)
		if !unused && (dir != "server" && dir != "config" && dir != "telemetry" || !strings.HasSuffix(name, "_test.go")) {
			files[name] = strings.ReplaceAll(s.get(name), "\r\n", "\n")
		}
	}
	checker.Lock()
	defer checker.Unlock()
	return checker.check("example.com/shop", files)
}

// sharedChecker is used by one test at a time.
type sharedChecker struct {
	sync.Mutex
	*typeChecker
}
