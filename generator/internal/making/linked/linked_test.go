package linked

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	_ "google.golang.org/genproto/googleapis/api/annotations" // for the registry of this program, to compare with
	_ "google.golang.org/genproto/googleapis/type/dayofweek"
	_ "google.golang.org/genproto/googleapis/type/money"

	"github.com/msgen/msgen/generator/internal/making/gomod"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/templates"
)

// compiled is a file as msgen reads it. It may import what this program links.
func compiled(t *testing.T, name, text string) protoreflect.FileDescriptor {
	t.Helper()
	compiler := protocompile.Compiler{Resolver: protocompile.CompositeResolver{
		&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(map[string]string{name: text})},
		protocompile.ResolverFunc(func(path string) (protocompile.SearchResult, error) {
			fd, err := protoregistry.GlobalFiles.FindFileByPath(path)
			return protocompile.SearchResult{Desc: fd}, err
		}),
	}}
	files, err := compiler.Compile(t.Context(), name)
	require.NoError(t, err)
	return files[0]
}

// TestCompareIsTheRegistry holds what Compare finds to what protobuf's registry refuses beside the linked file.
func TestCompareIsTheRegistry(t *testing.T) {
	const descriptor = "import \"google/protobuf/descriptor.proto\";\n"
	for name, c := range map[string]struct {
		file, text, beside string
		kinds              []Kind
		found              string
	}{
		"nothing":                 {"money.proto", "package shop;\nmessage Money {}", "google/type/money.proto", nil, ""},
		"a name inside a message": {"x.proto", "package google.type;\nmessage M { message Money {} }", "google/type/money.proto", nil, ""},
		"a file name":             {"google/type/money.proto", "package shop;\nmessage Pay {}", "google/type/money.proto", []Kind{OneFileName}, "google/type/money.proto"},
		"a message":               {"x.proto", "package google.type;\nmessage Money { bool b = 1; }\nmessage N {}", "google/type/money.proto", []Kind{OneName}, "google.type.Money"},
		"a value of an enum":      {"x.proto", "package google.type;\nenum E { MONDAY = 0; }", "google/type/dayofweek.proto", []Kind{OneName}, "google.type.MONDAY"},
		"a service":               {"x.proto", "package google.type;\nservice Money {}\nmessage N {}", "google/type/money.proto", []Kind{OneName}, "google.type.Money"},
		"an extension":            {"x.proto", "package google.api;\n" + descriptor + "extend google.protobuf.MethodOptions { bool http = 50500; }\nmessage N {}", "google/api/annotations.proto", []Kind{OneName}, "google.api.http"},
		"the name of a package":   {"x.proto", "package google;\nmessage type {}", "google/type/money.proto", []Kind{NameOfPackage}, "google.type"},
		"the name of one around":  {"x.proto", "message google {}", "google/type/money.proto", []Kind{NameOfPackage}, "google"},
		"a package like a name":   {"x.proto", "package google.type.Money.v1;\nmessage N {}", "google/type/money.proto", []Kind{PackageLikeName}, "google.type.Money.v1"},
		"a number":                {"x.proto", "package shop;\n" + descriptor + "extend google.protobuf.MethodOptions { bool x = 72295728; }", "google/api/annotations.proto", []Kind{OneNumber}, "google.protobuf.MethodOptions 72295728"},
		"a number of another":     {"x.proto", "package shop;\n" + descriptor + "extend google.protobuf.FieldOptions { bool x = 72295728; }", "google/api/annotations.proto", nil, ""},
		"a number in a message":   {"x.proto", "package shop;\n" + descriptor + "message N { extend google.protobuf.MethodOptions { bool x = 72295728; } }", "google/api/annotations.proto", []Kind{OneNumber}, "google.protobuf.MethodOptions 72295728"},
		"another version":         {"google/type/money.proto", "package google.type;\nmessage Money { bool b = 9; }", "google/type/money.proto", []Kind{OtherVersion}, "field Money.b 9 bool"},
		"a copy":                  {"x.proto", "package google.type;\nmessage Money { string currency_code = 1; }", "google/type/money.proto", []Kind{Copy}, "x.proto"},
	} {
		t.Run(name, func(t *testing.T) {
			given := compiled(t, c.file, "syntax = \"proto3\";\n"+c.text)
			known, err := protoregistry.GlobalFiles.FindFileByPath(c.beside)
			require.NoError(t, err)
			var kinds []Kind
			for _, clash := range Compare(protodesc.ToFileDescriptorProto(given)) {
				if clash.With.Proto == c.beside {
					kinds = append(kinds, clash.Kind)
					assert.Equal(t, c.found, clash.Found)
				}
			}
			assert.Equal(t, c.kinds, kinds)
			assert.Equal(t, len(c.kinds) > 0, refused(t, known, given), "the registry decides")
		})
	}
}

// refused reports whether protobuf refuses one of two files that one program registers.
func refused(t *testing.T, first, second protoreflect.FileDescriptor) bool {
	t.Helper()
	files, types := new(protoregistry.Files), new(protoregistry.Types)
	require.NoError(t, files.RegisterFile(first))
	require.NoError(t, registerExtensions(types, first))
	return files.RegisterFile(second) != nil || registerExtensions(types, second) != nil
}

func registerExtensions(types *protoregistry.Types, in interface {
	Extensions() protoreflect.ExtensionDescriptors
	Messages() protoreflect.MessageDescriptors
},
) error {
	for i := range in.Extensions().Len() {
		if err := types.RegisterExtension(dynamicpb.NewExtensionType(in.Extensions().Get(i))); err != nil {
			return err
		}
	}
	for i := range in.Messages().Len() {
		if err := registerExtensions(types, in.Messages().Get(i)); err != nil {
			return err
		}
	}
	return nil
}

// TestTableIsTheRegistry compares the table, which was read from sources, with what this program has registered from some of them.
func TestTableIsTheRegistry(t *testing.T) {
	compared := 0
	protoregistry.GlobalFiles.RangeFiles(func(fd protoreflect.FileDescriptor) bool {
		known := embedded().files[fd.Path()]
		if known == nil {
			return true
		}
		compared++
		var lines strings.Builder
		for _, d := range declarations(protodesc.ToFileDescriptorProto(fd)) {
			lines.WriteString("\t" + d.String() + "\n")
		}
		assert.Equal(t, lines.String(), known.lines, fd.Path())
		return true
	})
	assert.Greater(t, compared, 10)
}

// TestOwner: a file is the linked one if that has all that it declares, whatever the two are called.
func TestOwner(t *testing.T) {
	const money = "syntax = \"proto3\";\npackage google.type;\nmessage Money { string currency_code = 1; }"
	for name, c := range map[string]struct{ file, text, owner string }{
		"a part of it":              {"google/type/money.proto", money, "google.golang.org/genproto/googleapis/type/money"},
		"by another name":           {"third_party/money.proto", money, "google.golang.org/genproto/googleapis/type/money"},
		"another type":              {"google/type/money.proto", strings.Replace(money, "string", "bytes", 1), ""},
		"another number":            {"google/type/money.proto", strings.Replace(money, "= 1", "= 2", 1), ""},
		"more than it":              {"google/type/money.proto", money + "\nmessage Coin {}", ""},
		"another package":           {"google/type/money.proto", strings.Replace(money, "google.type", "shop", 1), ""},
		"nothing, by another name":  {"x.proto", "syntax = \"proto3\";\npackage google.type;", ""},
		"stubs that nobody imports": {"x.proto", "syntax = \"proto3\";\npackage grpc.status.v1;\nmessage Status { int32 code = 1; }", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file, ok := Owner(protodesc.ToFileDescriptorProto(compiled(t, c.file, c.text)))
			assert.Equal(t, c.owner != "", ok)
			if ok {
				assert.Equal(t, c.owner, file.Path)
			}
		})
	}
}

// TestOwnersCanBeRequired: a tree that imports the stubs of a linked file gets a go.mod that provides them.
func TestOwnersCanBeRequired(t *testing.T) {
	var owners []string
	for _, file := range embedded().files {
		if file.importable() {
			owners = append(owners, file.Path)
		}
	}
	made, err := gomod.Make(gomod.Input{Module: "example.com/all", Imports: owners})
	require.NoError(t, err)
	assert.Empty(t, made.Foreign, "add them to gomod/pins.go")
}

// TestEveryImportHasItsFeature: what brings protos into a program has a name for its user, and no feature stands for nothing.
func TestEveryImportHasItsFeature(t *testing.T) {
	quoted := regexp.MustCompile(`(?m)^\s+(?:\w+ )?"([a-z0-9.-]+\.[a-z]+/[^"{]+)"$`)
	used := map[string]bool{}
	require.NoError(t, fs.WalkDir(templates.FS, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(strings.TrimSuffix(name, ".tmpl"), ".go") || strings.HasSuffix(name, "_test.go") {
			return err // the runtime's own tests are in no tree
		}
		text, err := fs.ReadFile(templates.FS, name)
		for _, imported := range quoted.FindAllSubmatch(text, -1) {
			path := string(imported[1])
			if len(Reach([]string{path})) == 0 {
				continue
			}
			i := slices.IndexFunc(features, func(f feature) bool { return f.fits(path) })
			if assert.GreaterOrEqual(t, i, 0, "%s imports %s, which registers protos", name, path) {
				used[features[i].imports] = true
			}
		}
		return err
	}))
	for _, f := range features {
		assert.True(t, used[f.imports], "no template imports %s", f.imports)
	}
}

// TestBecause: no policy removes what every service links.
func TestBecause(t *testing.T) {
	checked, problems := policy.Load("policy.yaml", []byte("discovery:\n  provider: etcd\n"))
	require.NoError(t, problems.Err())
	service := &model.Tree{Definition: &model.Definition{Policy: checked}}
	etcd := Reason{What: "etcd (discovery.provider, policy.yaml:2:13)", Key: "discovery.provider"}
	assert.Equal(t, etcd, Because(service, []string{"go.etcd.io/etcd/client/v3"}))
	assert.Equal(t, Reason{What: "gRPC"}, Because(service, []string{"go.etcd.io/etcd/client/v3", "google.golang.org/grpc"}))
	assert.Equal(t, Reason{What: "the import of example.com/x"}, Because(service, []string{"example.com/x"}))
	assert.Equal(t, Reason{What: "the import of google.golang.org/grpc/orca"}, Because(service, []string{"google.golang.org/grpc/orca"}), "the policy does not weigh")
}

// TestReach: an import brings along what its imports register.
func TestReach(t *testing.T) {
	const etcd, orca = "go.etcd.io/etcd/client/v3", "google.golang.org/grpc/orca"
	reached := Reach([]string{etcd, orca, "example.com/unknown"})
	assert.Equal(t, []string{etcd}, reached["go.etcd.io/etcd/api/v3/authpb"])
	assert.Equal(t, []string{orca}, reached["github.com/envoyproxy/protoc-gen-validate/validate"])
	assert.Equal(t, []string{etcd, orca}, reached["google.golang.org/genproto/googleapis/rpc/status"])
	assert.NotContains(t, reached, "go.opentelemetry.io/proto/otlp/trace/v1")
}
