// Package orderservice answers the RPCs of shop.orders.v1.OrderService.
package orderservice

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	"example.com/shop/orders/internal/clients"
	"example.com/shop/orders/internal/events"
)

// Server implements the OrderService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	ordersv1.UnsafeOrderServiceServer

	deps      *clients.Clients
	publisher *events.Publisher
}

// New returns a Server. Take what else the handlers need (a store) as parameters, keep it in
// Server, and pass it from main.
func New(deps *clients.Clients, publisher *events.Publisher) *Server {
	return &Server{deps: deps, publisher: publisher}
}

// PlaceOrder takes an order: it looks up the price, reserves the pieces and charges the customer. The id comes from the
// caller, so that an order that is placed twice is placed once.
func (s *Server) PlaceOrder(ctx context.Context, req *ordersv1.PlaceOrderRequest) (*ordersv1.Order, error) {
	// TODO: implement PlaceOrder.
	return nil, status.Error(codes.Unimplemented, "PlaceOrder is not implemented")
}

// GetOrder finds an order by its id.
func (s *Server) GetOrder(ctx context.Context, req *ordersv1.GetOrderRequest) (*ordersv1.Order, error) {
	// TODO: implement GetOrder.
	return nil, status.Error(codes.Unimplemented, "GetOrder is not implemented")
}

// WatchOrder sends the order now, and again whenever its state changes.
func (s *Server) WatchOrder(req *ordersv1.WatchOrderRequest, stream grpc.ServerStreamingServer[ordersv1.Order]) error {
	// TODO: implement WatchOrder.
	return status.Error(codes.Unimplemented, "WatchOrder is not implemented")
}
