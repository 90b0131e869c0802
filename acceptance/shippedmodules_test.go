package acceptance

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jhump/protoreflect/v2/protoprint"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
)

// shipped is a set of real protos whose Go modules hold their stubs alone. The descriptors in these are printed
// as text, which both front ends read.
type shipped struct {
	module string
	needs  []string // modules with what its protos import
	tests  string   // the folder of protos that only test the module; empty: none
	big    bool     // left out unless the whole corpus is asked for
}

// shippedModules are beside corpora, whose protos are text.
func shippedModules() []shipped {
	const (
		iam      = "cloud.google.com/go/iam@v1.15.1"
		genproto = "google.golang.org/genproto@v0.0.0-20261026165753-2ffab32bce7e"
		api      = "google.golang.org/genproto/googleapis/api@v0.0.0-20261026165753-2ffab32bce7e"
		rpc      = "google.golang.org/genproto/googleapis/rpc@v0.0.0-20261026165753-2ffab32bce7e"
	)
	google := []string{"cloud.google.com/go/longrunning@v1.5.0", iam, genproto, api, rpc}
	return []shipped{
		{module: "go.opentelemetry.io/proto/otlp@v1.11.1"},
		{module: "go.temporal.io/api@v1.64.3", tests: "internal/", big: true},
		{module: "go.temporal.io/cloud-sdk@v0.23.0", needs: []string{
			"go.temporal.io/api@v1.64.3", "github.com/grpc-ecosystem/grpc-gateway/v2@v2.33.0",
		}, big: true},
		{module: "github.com/cncf/xds/go@v0.0.0-20260202195803-dba9d589def2", needs: []string{
			"cel.dev/expr@v0.25.3", "github.com/envoyproxy/protoc-gen-validate@v1.3.3", api,
		}},
		{module: "github.com/envoyproxy/go-control-plane/envoy@v1.40.0", needs: []string{
			"cel.dev/expr@v0.25.3", "github.com/cncf/xds/go@v0.0.0-20260202195803-dba9d589def2",
			"github.com/envoyproxy/protoc-gen-validate@v1.3.3", "go.opentelemetry.io/proto/otlp@v1.11.1",
			"github.com/prometheus/client_model@v0.6.2", api,
		}, big: true},
		{module: "github.com/authzed/authzed-go@v1.11.0", needs: []string{
			"github.com/envoyproxy/protoc-gen-validate@v1.3.3", "github.com/grpc-ecosystem/grpc-gateway/v2@v2.33.0", api, rpc,
			"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go@v1.36.12-20260825204119-511051f7f437.2",
		}, big: true},
		{module: "github.com/milvus-io/milvus-proto/go-api/v2@v2.6.18", big: true},
		{module: "cloud.google.com/go/kms@v1.37.0", needs: google},
		{module: "cloud.google.com/go/pubsub/v2@v2.9.0", needs: google},
		{module: "cloud.google.com/go/run@v1.25.0", needs: google, big: true},
		{module: "cloud.google.com/go/storage@v1.70.0", needs: google, big: true},
		{module: "cloud.google.com/go/dataplex@v1.39.0", needs: google, big: true},
		{module: "cloud.google.com/go/networkmanagement@v1.34.0", needs: google, big: true},
		{module: iam, needs: google, big: true},
		{module: "github.com/yandex-cloud/go-genproto@v0.137.0", needs: google, big: true},
	}
}

// given reads the descriptors of a module, and prints them. The protos of one module are one program.
func (from shipped) given(t *testing.T, googleapis string) []givenProtos {
	t.Helper()
	known := map[string]*descriptorpb.FileDescriptorProto{}
	for _, file := range readSet(t, googleapis).GetFile() {
		known[file.GetName()] = file
	}
	own := descriptorsIn(t, corpus{module: from.module}.moduleFolder(t))
	targets := slices.DeleteFunc(own, func(file *descriptorpb.FileDescriptorProto) bool {
		_, before := known[file.GetName()]
		known[file.GetName()] = file
		return before || from.tests != "" && strings.HasPrefix(file.GetName(), from.tests) // others own google's
	})
	for _, module := range from.needs {
		for _, file := range descriptorsIn(t, corpus{module: module}.moduleFolder(t)) {
			if _, before := known[file.GetName()]; !before {
				known[file.GetName()] = file
			}
		}
	}
	set := &descriptorpb.FileDescriptorSet{File: inOrder(t, targets, known)}
	given := givenProtos{root: t.TempDir(), targets: targets}
	printProtos(t, set, readSet(t, googleapis), given.root)
	return []givenProtos{given}
}

// printProtos writes the files of a set as text, in the folder that their names are relative to. The files of another set are left
// out, since msgen has these built in.
func printProtos(t *testing.T, set, without *descriptorpb.FileDescriptorSet, dir string) {
	t.Helper()
	files, err := protodesc.NewFiles(set)
	require.NoError(t, err)
	printer := protoprint.Printer{ForceFullyQualifiedNames: true} // in the package a.b.a, a name that begins with a.b is another
	for _, file := range set.GetFile() {
		if slices.ContainsFunc(without.GetFile(), func(known *descriptorpb.FileDescriptorProto) bool { return known.GetName() == file.GetName() }) {
			continue
		}
		linked, err := files.FindFileByPath(file.GetName())
		require.NoError(t, err)
		text, err := printer.PrintProtoToString(linked)
		require.NoError(t, err)
		write(t, filepath.Join(dir, file.GetName()), text)
	}
}
