package orderservice

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"

	catalogv1 "example.com/shop/catalog/gen/shop/catalog/v1"
	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	"example.com/shop/orders/internal/clients"
	"example.com/shop/orders/internal/clients/catalog/catalogtest"
	"example.com/shop/orders/internal/clients/inventory/inventorytest"
	"example.com/shop/orders/internal/clients/payments/paymentstest"
	"example.com/shop/orders/internal/events"
	"example.com/shop/orders/internal/orderstore"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
)

// Each test calls one RPC with an empty request and accepts every answer that a handler may well give. Make it ask
// something and check the reply.

func TestPlaceOrder(t *testing.T) {
	client, ctx := connect(t)
	order, err := client.PlaceOrder(ctx, &ordersv1.PlaceOrderRequest{Id: "o1", Customer: "ann", Sku: "mug", Pieces: 2})
	checkAnswered(t, err)
	if order.GetCents() != 1800 {
		t.Errorf("two mugs of 9.00 are %d cents", order.GetCents())
	}
	_, err = client.PlaceOrder(ctx, &ordersv1.PlaceOrderRequest{})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("an order of nothing: %v", err)
	}
}

func TestGetOrder(t *testing.T) {
	client, ctx := connect(t)
	_, err := client.GetOrder(ctx, &ordersv1.GetOrderRequest{})
	checkAnswered(t, err)
}

func TestWatchOrder(t *testing.T) {
	client, ctx := connect(t)
	placed, err := client.PlaceOrder(ctx, &ordersv1.PlaceOrderRequest{Id: "o1", Customer: "ann", Sku: "mug", Pieces: 2})
	checkAnswered(t, err)
	stream, err := client.WatchOrder(ctx, &ordersv1.WatchOrderRequest{Id: "o1"})
	checkAnswered(t, err)
	if watched, err := stream.Recv(); err != nil || !proto.Equal(watched, placed) {
		t.Errorf("watched %v and %v, want %v", watched, err, placed)
	}
}

// connect returns a client of a Server that runs in memory, and a context for one call.
func connect(t *testing.T) (ordersv1.OrderServiceClient, context.Context) {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	ordersv1.RegisterOrderServiceServer(server, New(&clients.Clients{
		Catalog: catalogtest.New(t, catalogtest.Fake{CatalogService: catalogtest.CatalogService{
			GetProduct: func(context.Context, *catalogv1.GetProductRequest) (*catalogv1.Product, error) {
				return &catalogv1.Product{Sku: "mug", PriceCents: 900}, nil
			},
		}}),
		Inventory: inventorytest.New(t, inventorytest.Fake{InventoryService: inventorytest.InventoryService{
			Reserve: func(context.Context, *inventoryv1.ReserveRequest) (*inventoryv1.Reservation, error) {
				return &inventoryv1.Reservation{}, nil
			},
		}}),
		Payments: paymentstest.New(t, paymentstest.Fake{PaymentService: paymentstest.PaymentService{
			Charge: func(context.Context, *paymentsv1.ChargeRequest) (*paymentsv1.Payment, error) {
				return &paymentsv1.Payment{}, nil
			},
		}}),
	}, events.NewPublisherTo(ignore), orderstore.New()))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)

	conn, err := grpc.NewClient("passthrough:///orderservice",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	t.Cleanup(cancel)
	return ordersv1.NewOrderServiceClient(conn), ctx
}

// ignore takes the events that a handler publishes. Make it keep them to see what they are.
func ignore(context.Context, events.Message) error { return nil }

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
