package gomod

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTidyAgrees asks the go command: it finds nothing to add, to drop or to reorder in what Make wrote, and the tree
// builds as it stands.
func TestTidyAgrees(t *testing.T) {
	sets := map[string]struct{ imports, tests []string }{
		"nothing":               {},
		"no dependencies":       {[]string{"golang.org/x/time/rate"}, nil},
		"in tests alone":        {nil, []string{"go.uber.org/goleak"}},
		"messages":              {[]string{"google.golang.org/protobuf/runtime/protoimpl", "google.golang.org/protobuf/types/known/timestamppb"}, nil},
		"compared in tests":     {[]string{"google.golang.org/protobuf/proto"}, []string{"google.golang.org/protobuf/testing/protocmp"}},
		"one leaf of grpc":      {[]string{"google.golang.org/grpc/codes"}, nil},
		"two modules, one leaf": {[]string{"google.golang.org/grpc/status", "google.golang.org/genproto/googleapis/type/date"}, nil},
		"grpc":                  {[]string{"google.golang.org/grpc"}, []string{"google.golang.org/grpc/test/bufconn"}},
		"service":               {service, []string{"google.golang.org/grpc/test/bufconn"}},
		"service with limits":   {append([]string{"golang.org/x/time/rate", "golang.org/x/sync/errgroup"}, service...), []string{"go.uber.org/goleak"}},
		"annotated service":     {append([]string{"google.golang.org/genproto/googleapis/api/annotations"}, service...), nil},
		"validated messages":    {[]string{"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"}, nil},
		"long-running":          {append([]string{"cloud.google.com/go/longrunning/autogen/longrunningpb"}, service...), nil},
		"balancers":             {[]string{"google.golang.org/grpc/balancer/ringhash", "google.golang.org/grpc/balancer/leastrequest"}, nil},
		"load reports":          {append([]string{"google.golang.org/grpc/orca", "google.golang.org/grpc/balancer/weightedroundrobin"}, service...), nil},
		"metrics in tests":      {[]string{"github.com/prometheus/client_golang/prometheus"}, []string{"github.com/prometheus/client_golang/prometheus/testutil", "go.uber.org/goleak"}},
		"everything":            {readPins(t).imports, nil},
	}
	for name, set := range sets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			files, err := Make(Input{Module: "example.com/all", Imports: slices.Concat(set.imports, set.tests)})
			require.NoError(t, err)
			require.Empty(t, files.Foreign)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), files.Mod, 0o644))
			if len(files.Sum) > 0 {
				require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), files.Sum, 0o644))
			}
			writeImports(t, filepath.Join(dir, "all.go"), set.imports)
			writeImports(t, filepath.Join(dir, "all_test.go"), set.tests)

			assert.Empty(t, goCommand(t, dir, "mod", "tidy", "-diff"))
			goCommand(t, dir, "build", "-mod=readonly", "./...")
			goCommand(t, dir, "vet", "-mod=readonly", "./...")
			goCommand(t, dir, "test", "-mod=readonly", "./...")
		})
	}
}
