package generator

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	authProto = `syntax = "proto3";
package shop.auth.v1;
message R {}
service Auth { rpc Login(R) returns (R); }
`
	collectorProto = `syntax = "proto3";
package opentelemetry.proto.collector.trace.v1;
import "opentelemetry/proto/trace/v1/trace.proto";
message ExportTraceServiceRequest { repeated opentelemetry.proto.trace.v1.ResourceSpans resource_spans = 1; }
message ExportTraceServiceResponse {}
service TraceService { rpc Export(ExportTraceServiceRequest) returns (ExportTraceServiceResponse); }
`
	traceProto = `syntax = "proto3";
package opentelemetry.proto.trace.v1;
message ResourceSpans { string schema_url = 3; }
`
)

// TestProgramsStart starts what would panic before main if two of what it links were registered by one name: neither the
// compiler nor go vet sees that.
func TestProgramsStart(t *testing.T) {
	for name, c := range map[string]struct {
		protos map[string]string
		target string
		policy string
		owned  bool // the linked stubs serve
	}{
		"auth": {map[string]string{"auth.proto": authProto}, "auth.proto", "discovery: {provider: etcd}\nbalancing: {policy: weighted_round_robin}\n", false},
		"trace": {
			map[string]string{"opentelemetry/proto/collector/trace/v1/trace_service.proto": collectorProto, "opentelemetry/proto/trace/v1/trace.proto": traceProto},
			"opentelemetry/proto/collector/trace/v1/trace_service.proto", "observability: {tracing: {exporter: otlp, endpoint: \"127.0.0.1:1\"}}\n", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			require.NoError(t, os.Mkdir(".git", 0o755))
			c.protos["policy.yaml"] = "server: {drainDelay: 0s}\n" + c.policy
			for file, text := range c.protos {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
			}
			tree, err := Plan(t.Context(), Options{Protos: []string{c.target}, Policy: "policy.yaml", Out: "out", Version: "test"})
			require.NoError(t, err)
			assert.Empty(t, tree.Next, "it builds as it is")
			require.NoError(t, performed(tree))
			_, err = os.Stat("out/gen")
			assert.Equal(t, c.owned, os.IsNotExist(err), "a tree whose protos have owners has no stubs")
			goRun(t, "out", "build", "-trimpath", "-o", filepath.Join(dir, "program"), "./cmd/"+name)
			startAndStop(t, filepath.Join(dir, "program"))
		})
	}
}

// TestUsersImportsLink: what the Go of a tree's user imports is linked as well.
func TestUsersImportsLink(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("auth.proto", []byte(authProto), 0o644))
	opts := Options{Protos: []string{"auth.proto"}, ImportPaths: []string{"."}, Out: "out", Version: "test"}
	tree, err := Plan(t.Context(), opts)
	require.NoError(t, err)
	require.NoError(t, performed(tree))
	opts.Full = true
	require.NoError(t, os.WriteFile("out/internal/auth/store.go", []byte("package auth\n\nimport _ \"go.etcd.io/etcd/client/v3\"\n"), 0o644))
	_, err = Plan(t.Context(), opts)
	require.ErrorContains(t, err, "the import of go.etcd.io/etcd/client/v3 links go.etcd.io/etcd/api/v3/authpb, which has auth.proto; pass -I ..: its name is then ")
}

// startAndStop runs a service until it says that it serves, and stops it.
func startAndStop(t *testing.T, program string) {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "GRPC_ADDRESS=127.0.0.1:0", "ADMIN_ADDRESS=127.0.0.1:0", "ADVERTISE_ADDRESS=127.0.0.1")
	log, written, err := os.Pipe()
	require.NoError(t, err)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = written, written
	require.NoError(t, cmd.Start())
	require.NoError(t, written.Close())
	stop := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer stop.Stop()

	serves, text := false, ""
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct{ Msg string }
		text += lines.Text() + "\n"
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			serves = true
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
		}
	}
	assert.NoError(t, cmd.Wait())
	assert.True(t, serves, text)
}
