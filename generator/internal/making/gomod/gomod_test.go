package gomod

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
)

// service are the imports of a small emitted service.
var service = []string{
	"github.com/prometheus/client_golang/prometheus",
	"github.com/prometheus/client_golang/prometheus/collectors",
	"github.com/prometheus/client_golang/prometheus/promhttp",
	"google.golang.org/grpc",
	"google.golang.org/grpc/codes",
	"google.golang.org/grpc/health",
	"google.golang.org/grpc/health/grpc_health_v1",
	"google.golang.org/grpc/keepalive",
	"google.golang.org/grpc/peer",
	"google.golang.org/grpc/reflection",
	"google.golang.org/grpc/resolver/manual",
	"google.golang.org/grpc/status",
	"google.golang.org/protobuf/reflect/protoreflect",
	"google.golang.org/protobuf/runtime/protoimpl",
}

// pinned returns the table's block of a pinned module.
func pinned(t *testing.T, path string) *tableModule {
	t.Helper()
	table := readTable(embeddedTable)
	mod, err := table.module(module.Version{Path: path, Version: table.pinned[path]})
	require.NoError(t, err)
	return mod
}

func TestMakeRequiresOnlyWhatIsImported(t *testing.T) {
	rate := pinned(t, "golang.org/x/time")
	files, err := Make(Input{
		Module: "example.com/shop",
		Imports: []string{
			"golang.org/x/time/rate", "golang.org/x/time/rate", "context", "C", "testing/synctest",
			"example.com/shop", "example.com/shop/internal/server",
		},
	})
	require.NoError(t, err)
	version := rate.Version.Version
	assert.Equal(t, "module example.com/shop\n\ngo "+rate.goVersion+"\n\nrequire golang.org/x/time "+version+"\n", string(files.Mod))
	assert.Equal(t, "golang.org/x/time "+version+" "+rate.zip+"\n"+
		"golang.org/x/time "+version+"/go.mod "+rate.mod+"\n", string(files.Sum))
	assert.Empty(t, files.Foreign)
}

func TestMakeRequiresNothing(t *testing.T) {
	files, err := Make(Input{Module: "shop"})
	require.NoError(t, err)
	assert.Equal(t, "module shop\n\ngo "+goFloor+"\n", string(files.Mod))
	assert.Empty(t, files.Sum)
}

func TestMakeNamesForeignImports(t *testing.T) {
	with := []string{
		"example.com/shop-protos/v1",         // beside the module, not in it
		"google.golang.org/grpc/internal",    // in a pinned module, and nobody's to import
		"google.golang.org/grpcx",            // beside a pinned module
		"github.com/stretchr/testify/assert", // only tests of pinned modules use it
		"example.com/shop-protos/v1",
	}
	files, err := Make(Input{Module: "example.com/shop", Imports: append(with, service...)})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"example.com/shop-protos/v1", "github.com/stretchr/testify/assert",
		"google.golang.org/grpc/internal", "google.golang.org/grpcx",
	}, files.Foreign)

	without, err := Make(Input{Module: "example.com/shop", Imports: service})
	require.NoError(t, err)
	assert.Equal(t, string(without.Mod), string(files.Mod), "the files cover the other imports")
	assert.Equal(t, string(without.Sum), string(files.Sum))
}

func TestMakeRefusesModulePath(t *testing.T) {
	for _, path := range []string{"", "/shop", "example.com/a b", "example.com/x\nrequire y v1.0.0"} {
		_, err := Make(Input{Module: path})
		assert.ErrorContains(t, err, "module path", "%q", path)
	}
}

func TestMissingFrom(t *testing.T) {
	grpc := pinned(t, "google.golang.org/grpc").Version.Version
	protobuf := pinned(t, "google.golang.org/protobuf").Version.Version
	in := Input{Module: "example.com/mono", Imports: []string{
		"example.com/mono/shop", "example.com/other", "fmt", "google.golang.org/grpc/codes",
		"google.golang.org/grpc", "google.golang.org/protobuf/proto",
	}}
	tests := map[string]struct {
		requires string
		want     []string
	}{
		"nothing required":   {"", []string{"google.golang.org/grpc@" + grpc, "google.golang.org/protobuf@" + protobuf}},
		"one too low":        {"google.golang.org/grpc v1.60.0\ngoogle.golang.org/protobuf " + protobuf, []string{"google.golang.org/grpc@" + grpc}},
		"a pre-release":      {"google.golang.org/grpc " + grpc + "-dev\ngoogle.golang.org/protobuf " + protobuf, []string{"google.golang.org/grpc@" + grpc}},
		"as pinned":          {"google.golang.org/grpc " + grpc + "\ngoogle.golang.org/protobuf " + protobuf + " // indirect", nil},
		"raised by the user": {"google.golang.org/grpc v1.999.0\ngoogle.golang.org/protobuf v1.999.0", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			goMod := "module example.com/mono\n\ngo 1.20\n\nrequire (\n" + tt.requires + "\n)\n\nunknown directive\n"
			got, err := MissingFrom([]byte(goMod), in)
			require.NoError(t, err)
			assert.Equal(t, Missing{Pinned: tt.want, Foreign: []string{"example.com/other"}}, got)
		})
	}

	_, err := MissingFrom([]byte("module (\n"), in)
	assert.ErrorContains(t, err, "go.mod:")
}

func BenchmarkMake(b *testing.B) {
	in := Input{Module: "example.com/shop", Imports: service}
	for b.Loop() {
		if _, err := Make(in); err != nil {
			b.Fatal(err)
		}
	}
}
