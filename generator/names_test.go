package generator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
)

// oddNames are what no list of Go's words has: odd spellings, and words that a file system, the go command or protoc's
// plugins read.
const oddNames = `
	_ __ _x x_ _1 a1 a_1 a__b _a_b_ camelCase PascalCase UPPER snake_case XXX_x X_
	con nul aux prn com1 lpt9 windows linux amd64 wasm x_test Test test Main main internal vendor testdata all std cmd
	Reset ProtoMessage Descriptor Marshal Unmarshal Recv Send Close CloseAndRecv Context Header Trailer SendMsg RecvMsg
	pb v1 v2 v1alpha1 go http golang google in out cOpts opts srv interceptor info handler dec file rawDesc`

// goNames are the keywords and the predeclared identifiers.
func goNames() []string {
	names := types.Universe.Names()
	for keyword := token.BREAK; keyword <= token.VAR; keyword++ {
		names = append(names, keyword.String())
	}
	return names
}

// identifiers are all those in the Go of a tree.
func identifiers(t *testing.T, tree *Tree) []string {
	t.Helper()
	found := map[string]bool{}
	for name, content := range contents(tree) {
		if path.Ext(name) != ".go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if ident, ok := n.(*ast.Ident); ok {
				found[ident.Name] = true
			}
			return true
		})
	}
	return slices.Collect(maps.Keys(found))
}

// apart drops from names those that stubs would have the same name for, which is refused: they differ from another one in
// case and underscores only.
func apart(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, name := range slices.Sorted(slices.Values(names)) {
		plain := strings.ToLower(strings.ReplaceAll(name, "_", ""))
		forms := []string{plain}
		if strings.HasPrefix(name, "_") {
			forms = append(forms, "x"+plain) // as protoc-gen-go has it
		}
		if !slices.ContainsFunc(forms, func(form string) bool { return seen[form] }) {
			out = append(out, name)
		}
		for _, form := range forms {
			seen[form] = true
		}
	}
	return out
}

// each repeats a text for every name, which stands in it as NAME.
func each(names []string, text string) string {
	var out strings.Builder
	for i, name := range names {
		out.WriteString(strings.NewReplacer("NAME", name, "NUMBER", fmt.Sprint(i+1)).Replace(text))
	}
	return out.String()
}

// without drops the names that begin so, in any case, and go on.
func without(names []string, prefixes ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool {
			return len(name) > len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
		})
	})
}

// TestNamesOfEmittedCode puts every identifier that emitted code uses, and every word of Go's, where a proto has names.
// Left out is what stubs would declare twice, and the one field that protoc-gen-go does not know to be taken.
func TestNamesOfEmittedCode(t *testing.T) {
	checker := newTypeChecker(t)
	tree, _ := emit(t, map[string][]byte{"orders.proto": []byte(typeCheckedProto)})
	names := apart(slices.Concat(identifiers(t, tree), goNames(), strings.Fields(oddNames)))
	services := without(names, "New", "Register", "Unimplemented", "Unsafe")
	fields := without(names, "Get", "ProtoReflec")
	for position, text := range map[string]string{
		"service": each(services, "service NAME { rpc Get(.a.v1.M_) returns (stream .a.v1.M_); }\n") + "message M_ {}",
		"unary":   "service S {\n" + each(names, "rpc NAME(.a.v1.M) returns (.a.v1.M);\n") + "}\nmessage M {}",
		"streams": "service S {\n" + each(names, "rpc NAME(stream .a.v1.M) returns (stream .a.v1.M);\n") + "}\nmessage M {}",
		"message": each(names, "message NAME {}\n") +
			"service S_ {\n" + each(names, "rpc R_NUMBER(.a.v1.NAME) returns (.a.v1.NAME);\n") + "}",
		"nested": "message M_ {\n" + each(names, "message NAME {}\n") + "}\n" +
			"service S_ {\n" + each(names, "rpc R_NUMBER(.a.v1.M_.NAME) returns (.a.v1.M_.NAME);\n") + "}",
		"field":      "service S {}\nmessage M {\n" + each(fields, "int32 NAME = NUMBER [json_name = \"jNUMBER\"];\n") + "}",
		"oneof":      "service S {}\nmessage M {\n" + each(fields, "oneof NAME { int32 f_NUMBER = NUMBER; }\n") + "}",
		"choice":     "service S {}\nmessage M {\noneof o_ {\n" + each(fields, "int32 NAME = NUMBER [json_name = \"jNUMBER\"];\n") + "}\n}",
		"enum":       each(names, "enum NAME { Z_NUMBER = 0; }\n") + "service S_ {}\nmessage M_ {\n" + each(names, ".a.v1.NAME f_NUMBER = NUMBER;\n") + "}",
		"enum value": "service S {}\nmessage M {\nenum E_ {\nE__ZERO = 0;\n" + each(names, "NAME = NUMBER;\n") + "}\nE_ f_ = 1;\n}",
	} {
		tree, problems := emit(t, map[string][]byte{"a.proto": []byte("syntax = \"proto3\";\npackage a.v1;\n" + text + "\n")})
		if assert.NotNil(t, tree, "%s: %s", position, problems) {
			assert.NoError(t, checker.check("example.com/a", contents(tree)), position)
		}
	}
}

// TestNamesInPaths puts words that Go, a file system or a shell reads where a proto or a policy names a path. What
// comes out compiles; what is listed as refused is one error with a position.
func TestNamesInPaths(t *testing.T) {
	checker := newTypeChecker(t)
	const devices = " con aux nul prn com1 lpt9 "
	words := strings.Fields(`type func nil string init main internal vendor testdata test x_test linux a_windows v1 v2 v1beta1
		_ _x x_ server client config go in ctx srv x X Makefile com0` + devices)
	const proto = "syntax = \"proto3\";\npackage a.v1;\nGO_PACKAGE\nservice S { rpc Get(.a.v1.M) returns (stream .a.v1.M); }\nmessage M {}\n"
	goPackage := func(text string) string {
		return strings.Replace(proto, "GO_PACKAGE", `option go_package = "`+text+`";`, 1)
	}
	for position, c := range map[string]struct {
		file, text string // NAME stands for the word
		policy     string
		refused    string
	}{
		"file":             {file: "NAME.proto", text: goPackage("")},
		"package":          {text: strings.Replace(goPackage(""), "a.v1", "NAME", 3)},
		"package element":  {text: strings.Replace(goPackage(""), "a.v1", "b.NAME.v1", 3)},
		"go_package":       {text: goPackage("example.com/a/NAME"), refused: " internal vendor client Makefile " + devices},
		"go_package below": {text: goPackage("example.com/a/gen/NAME/v1"), refused: " internal vendor " + devices},
		"go_package name":  {text: goPackage("example.com/a/gen;NAME"), refused: " type func init main x_test _ go "},
		"name":             {text: goPackage(""), policy: "name", refused: " internal vendor testdata x_test a_windows _ _x x_ X Makefile " + devices},
		"module":           {text: goPackage(""), policy: "module", refused: " internal vendor go " + devices},
	} {
		for _, word := range words {
			file := strings.ReplaceAll(c.file, "NAME", word)
			if file == "" {
				file = "a.proto"
			}
			inputs := map[string][]byte{file: []byte(strings.ReplaceAll(c.text, "NAME", word))}
			if c.policy != "" {
				inputs["policy.yaml"] = fmt.Appendf(nil, "service:\n  %s: %q\n", c.policy, word)
			}
			tree, problems := emit(t, inputs)
			if refused := strings.Contains(c.refused, " "+word+" "); refused || tree == nil {
				assert.True(t, refused && tree == nil, "%s %s: refused should be %t: %s", position, word, refused, problems)
				assert.Regexp(t, `^[a-z]+\.(proto|yaml):\d+:\d+: .*\n$`, problems, "one error with a position")
				continue
			}
			root := tree.plan.Next.Inputs.Root
			_, _, isModule := module.SplitPathVersion(root)
			assert.True(t, isModule, "%s %s: the go command takes no module %s", position, word, root)
			assert.NoError(t, checker.check(root, contents(tree)), "%s %s", position, word)
		}
	}
}

// TestNamesTogether has what is odd about more than one name, or about none.
func TestNamesTogether(t *testing.T) {
	checker := newTypeChecker(t)
	const service = "service Orders { rpc Get(Ping) returns (Ping); }\nmessage Ping {}\n"
	head := func(lines string) string { return "syntax = \"proto3\";\n" + lines + "\n" }
	long := strings.Repeat("Long", 50)
	for name, c := range map[string]struct {
		files map[string]string
		paths string // some that the tree has
	}{
		"go_package at the root": {map[string]string{
			"a.proto": head(`package a; option go_package = "example.com/a";`) + service,
		}, "a.pb.go"},
		"go_package relative": {map[string]string{
			"a.proto": head(`package a; option go_package = "./;pb"; import "x/b.proto"; import "x/c.proto";`) +
				"service Orders { rpc Get(.b.B) returns (.c.C); }\n",
			"x/b.proto": head(`package b; option go_package = ".;pb";`) + "message B {}",
			"x/c.proto": head(`package c; option go_package = "./types";`) + "message C {}",
		}, "a.pb.go b.pb.go types/c.pb.go"},
		"go_package of the tree by name alone": {map[string]string{
			"a.proto":   head(`package a; import "x/b.proto"; option go_package = "api";`) + "service Orders { rpc Get(.b.B) returns (.b.B); }\n",
			"x/b.proto": head(`package b; option go_package = "common/b";`) + "message B {}",
		}, "gen/a/a.pb.go gen/b/b.pb.go"},
		"go_package whose name another one's path has": {map[string]string{
			"a.proto":   head(`package a; import "x/b.proto"; option go_package = "example.com/a/gen/foopb;foo";`) + "service Orders { rpc Get(.b.B) returns (.b.B); }\n",
			"x/b.proto": head(`package b; option go_package = "example.com/a/gen/foopb/v1;foo";`) + "message B {}",
		}, "gen/foopb/a.pb.go gen/foopb/v1/b.pb.go"},
		"packages that differ in case": {map[string]string{
			"a.proto":   head(`package Shop.V1; import "x/b.proto"; import "x/c.proto";`) + "service Orders { rpc Get(.shop.v1.B) returns (.SHOP.v1.C); }\n",
			"x/b.proto": head(`package shop.v1;`) + "message B {}",
			"x/c.proto": head(`package SHOP.v1;`) + "message C {}",
		}, "gen/shop/v1/a.pb.go gen/shop/v1/b.pb.go gen/shop/v1/c.pb.go"},
		"one service name in many packages": {map[string]string{
			"a.proto": head(`package a.v1;`) + service,
			"b.proto": head(`package a.v2;`) + service,
			"c.proto": head(`package _.v2;`) + strings.ReplaceAll(service, "Orders", "orders"),
		}, "internal/av1orders/av1orders.go internal/v2orders/v2orders.go"},
		"one file name in many packages": {map[string]string{
			"a.proto":        head(`package a; import "v1/types.proto"; import "v2/types.proto";`) + "service Orders { rpc Get(.a.v1.T) returns (.a.v2.T); }\n",
			"v1/types.proto": head(`package a.v1;`) + "message T {}",
			"v2/types.proto": head(`package a.v2;`) + "message T {}",
		}, "gen/a/v1/types.pb.go gen/a/v2/types.pb.go"},
		"long names": {map[string]string{
			long + ".proto": head(`package `+long+`;`) + "service S" + long + " { rpc R" + long + "(M" + long + ") returns (M" + long + "); }\nmessage M" + long + " {}\n",
		}, "internal/s" + strings.ToLower(long) + "/s" + strings.ToLower(long) + "_test.go"},
		"packages that stubs have variables of": {map[string]string{
			"a_linux_test.proto": head(`package a; import "x/b.proto"; import "x/c.proto";`) +
				"service Orders { rpc Get(.b.in.B) returns (.b.in.B); rpc Watch(stream .b.x.E.M) returns (stream .b.in.B); }\nmessage N { .b.x.E.K k = 1; }\n",
			"x/b.proto": head(`package b.in;`) + "message B {}",
			"x/c.proto": head(`package b.x;`) + "message E { message M {} enum K { ZERO = 0; } }",
		}, "gen/a/a_linux_test_proto.pb.go gen/b/inpb/b.pb.go gen/b/xpb/c.pb.go"},
		"no package": {map[string]string{
			"con.v1-beta.proto": head("") + service,
		}, "gen/con-v1-beta/xcon.v1-beta.pb.go cmd/con-v1-beta/main.go"},
		"no names to speak of": {map[string]string{
			"_.proto": head("package _._;") + "service _ { rpc _(stream ._._.__._) returns (stream ._._.__._); }\nmessage __ { message _ { _ _ = 1; } }\n",
		}, ""},
		"module with a major version": {map[string]string{
			"a.proto": head(`package a; option go_package = "example.com/a/v2/v2";`) + service, "policy.yaml": "service: {module: example.com/a/v2}\n",
		}, "v2/a.pb.go"},
		"module of one word": {map[string]string{
			"a.proto": head(`package a;`) + service, "policy.yaml": "service: {module: shop}\n",
		}, "gen/a/a.pb.go"},
	} {
		inputs := map[string][]byte{}
		for file, text := range c.files {
			inputs[file] = []byte(text)
		}
		tree, problems := emit(t, inputs)
		if !assert.NotNil(t, tree, "%s: %s", name, problems) {
			continue
		}
		assert.NoError(t, checker.check(tree.plan.Next.Inputs.Root, contents(tree)), name)
		assert.Subset(t, slices.Collect(maps.Keys(contents(tree))), strings.Fields(c.paths), name)
	}
}

// TestNamesTaken asks for each folder and each file that a tree has as the folder of stubs, and for each module path
// that the standard library has as that of the tree.
func TestNamesTaken(t *testing.T) {
	tree, _ := emit(t, map[string][]byte{"orders.proto": []byte(typeCheckedProto)})
	taken := map[string]bool{".msgen": true}
	for name := range contents(tree) {
		for ; name != "." && !strings.HasPrefix(name, "gen/") && path.Dir(name) != "cmd"; name = path.Dir(name) {
			taken[name] = path.Ext(name) != ".go"
		}
	}
	delete(taken, "gen")
	for name, folder := range taken {
		for _, name := range []string{name, strings.ToUpper(name)} {
			if !folder {
				continue
			}
			_, problems := emit(t, map[string][]byte{"orders.proto": []byte(strings.Replace(typeCheckedProto, "import",
				`option go_package = "example.com/shop/`+name+`"; import`, 1))})
			assert.Regexp(t, `^orders\.proto:3:1: .*folder.*\n$`, problems, name)
		}
	}
	for name := range strings.FieldsSeq(goRun(t, ".", "list", "std")) {
		if first, rest, _ := strings.Cut(name, "/"); rest == "" {
			_, problems := emit(t, map[string][]byte{
				"orders.proto": []byte(typeCheckedProto), "policy.yaml": []byte("service: {module: " + first + "/orders}\n"),
			})
			assert.Contains(t, problems, "policy.yaml:1:19: service.module: ", name)
		}
	}
}

// TestNamesRun does with the names that are worst for Go what their user would: vet and test the tree.
func TestNamesRun(t *testing.T) {
	names := apart(append(goNames(), strings.Fields(oddNames)...))
	const kinds = "service NAME { rpc Main(M_) returns (M_); rpc Test(M_) returns (stream M_); rpc Close(stream M_) returns (M_); rpc Context(stream M_) returns (stream M_); }\n"
	dir := t.TempDir()
	tree, problems := emit(t, map[string][]byte{"a_windows.proto": []byte("syntax = \"proto3\";\npackage main.internal.v1;\n" +
		each(strings.Fields("main logger con v2"), kinds) +
		"service RPCs {\n" + each(names, "rpc NAME(M_) returns (.main.internal.v1.M_.NAME);\n") + "}\n" +
		"message M_ {\n" + each(names, "message NAME { NAME NAME = NUMBER; }\n") + "}\n",
	)})
	require.NotNil(t, tree, problems)
	writeTree(t, tree, dir)
	goRun(t, dir, "vet", "-trimpath", "./...") // so that what was compiled for an earlier run of the test is known
	goRun(t, dir, "test", "-trimpath", "./...")
}
