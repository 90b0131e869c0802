package generator

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const linkedProto = `syntax = "proto3";
package NAME.v1;
import "google/protobuf/empty.proto";
service Service { rpc Get(google.protobuf.Empty) returns (Answer); }
message Answer { string text = 1; }
`

// linkedRun stands in each tree, since a tree's internal packages can be reached from nowhere else.
const linkedRun = `package run

import (
	"context"
	"io"
	"log/slog"

	"example.com/both/NAME/internal/config"
	"example.com/both/NAME/internal/server"
	"example.com/both/NAME/internal/service"
	"example.com/both/NAME/internal/telemetry"
)

func Run(ctx context.Context, address string) error {
	cfg, err := config.Load(func(string) string { return "" })
	if err != nil {
		return err
	}
	cfg.GRPCAddress, cfg.AdminAddress, cfg.DrainDelay = address, "127.0.0.1:0", 0
	srv, err := server.New(cfg, telemetry.New(io.Discard, slog.LevelInfo), server.Services{Service: service.New()})
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}
`

const linkedTest = `package both

import (
	"context"
	"net"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	orders "example.com/both/orders/client"
	ordersrun "example.com/both/orders/run"
	users "example.com/both/users/client"
	usersrun "example.com/both/users/run"
)

func TestTwoServicesAndTheirClientsInOneProgram(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	ordersAt, usersAt := free(t), free(t)
	go func() { ended <- ordersrun.Run(ctx, ordersAt) }()
	go func() { ended <- usersrun.Run(ctx, usersAt) }()

	metrics := prometheus.NewRegistry() // of both clients
	o, err := orders.New(orders.WithEndpoints(ordersAt), orders.WithMetrics(metrics))
	if err != nil {
		t.Fatal(err)
	}
	u, err := users.New(users.WithEndpoints(usersAt), users.WithMetrics(metrics))
	if err != nil {
		t.Fatal(err)
	}
	_, fromOrders := o.Service.Get(ctx, &emptypb.Empty{}, grpc.WaitForReady(true))
	_, fromUsers := u.Service.Get(ctx, &emptypb.Empty{}, grpc.WaitForReady(true))
	for _, err := range []error{fromOrders, fromUsers} {
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("the handler says %v", err)
		}
	}
	for _, err := range []error{o.Close(), u.Close()} {
		if err != nil {
			t.Error(err)
		}
	}
	stop()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// free is an address that nothing listens on.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
`

// TestLinked emits two services into an existing module and links both, with both their clients, into one program:
// nothing that they register meets.
func TestLinked(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	put := func(name, text string) {
		t.Helper()
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	put("orders.proto", strings.ReplaceAll(linkedProto, "NAME", "orders"))
	put("users.proto", strings.ReplaceAll(linkedProto, "NAME", "users"))
	put("policy.yaml", "resilience: {defaults: {retry: {}, breaker: {}, bulkhead: {}}, methods: {Get: {idempotent: true}}}\n")

	alone, err := Plan(context.Background(), Options{Protos: []string{"users.proto"}, ImportPaths: []string{"."}, Out: "alone"})
	require.NoError(t, err)
	put("go.sum", contents(alone)["go.sum"])
	put("go.mod", "module example.com/both\n")

	for _, name := range []string{"orders", "users"} {
		tree, err := Plan(context.Background(), Options{Protos: []string{name + ".proto"}, ImportPaths: []string{"."}, Out: name})
		require.NoError(t, err)
		files := contents(tree)
		assert.NotContains(t, files, "go.mod", "the module around the tree has one")
		require.Len(t, tree.Next, 1)
		assert.Regexp(t, `^go get .*google\.golang\.org/grpc@v`, tree.Next[0])
		require.NoError(t, performed(tree))
		put(name+"/run/run.go", strings.ReplaceAll(linkedRun, "NAME", name))
	}
	put("go.mod", strings.Replace(contents(alone)["go.mod"], "example.com/users", "example.com/both", 1))
	put("both_test.go", linkedTest)
	again, err := Plan(context.Background(), Options{Out: "orders"})
	require.NoError(t, err)
	assert.Empty(t, again.Next, "now go.mod has what the tree needs")
	t.Log(goRun(t, dir, "test", "-trimpath", "./..."))
}
