package inventoryservice

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"example.com/shop/gateway/internal/clients"
	"example.com/shop/gateway/internal/clients/catalog/catalogtest"
	"example.com/shop/gateway/internal/clients/inventory/inventorytest"
	"example.com/shop/gateway/internal/clients/notifications/notificationstest"
	"example.com/shop/gateway/internal/clients/orders/orderstest"
)

// Each test calls one RPC with an empty request and accepts every answer that a handler may well give. Make it ask
// something and check the reply.

func TestGetStock(t *testing.T) {
	client, ctx := connect(t)
	_, err := client.GetStock(ctx, &inventoryv1.GetStockRequest{})
	checkAnswered(t, err)
}

func TestReserve(t *testing.T) {
	client, ctx := connect(t)
	_, err := client.Reserve(ctx, &inventoryv1.ReserveRequest{})
	checkAnswered(t, err)
}

// connect returns a client of a Server that runs in memory, and a context for one call.
func connect(t *testing.T) (inventoryv1.InventoryServiceClient, context.Context) {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	inventoryv1.RegisterInventoryServiceServer(server, New(&clients.Clients{
		Orders:        orderstest.New(t, orderstest.Fake{}),               // give it the answers that the handlers need
		Catalog:       catalogtest.New(t, catalogtest.Fake{}),             // give it the answers that the handlers need
		Inventory:     inventorytest.New(t, inventorytest.Fake{}),         // give it the answers that the handlers need
		Notifications: notificationstest.New(t, notificationstest.Fake{}), // give it the answers that the handlers need
	}))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)

	conn, err := grpc.NewClient("passthrough:///inventoryservice",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	t.Cleanup(cancel)
	return inventoryv1.NewInventoryServiceClient(conn), ctx
}

// checkAnswered fails the test when err is none that a handler gives on purpose.
func checkAnswered(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, io.EOF) {
		return
	}
	switch status.Code(err) {
	case codes.Unknown, codes.DeadlineExceeded, codes.Unavailable:
		t.Errorf("the call failed: %v", err)
	}
}
