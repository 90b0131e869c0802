// Package orderservice passes the RPCs of shop.orders.v1.OrderService on to orders.
package orderservice

import (
	"context"

	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	"google.golang.org/grpc"

	"example.com/shop/gateway/internal/clients"
)

// Server implements the OrderService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	ordersv1.UnsafeOrderServiceServer

	deps *clients.Clients
}

// New returns a Server. Its methods are yours: they may check what passes, change it, or ask several services.
//
// Take what else the handlers need as parameters, keep it in Server, and pass it from main.
func New(deps *clients.Clients) *Server {
	return &Server{deps: deps}
}

// PlaceOrder takes an order: it looks up the price, reserves the pieces and charges the customer. The id comes from the
// caller, so that an order that is placed twice is placed once.
func (s *Server) PlaceOrder(ctx context.Context, req *ordersv1.PlaceOrderRequest) (*ordersv1.Order, error) {
	return clients.Forward(ctx, req, s.deps.Orders.OrderService.PlaceOrder)
}

// GetOrder finds an order by its id.
func (s *Server) GetOrder(ctx context.Context, req *ordersv1.GetOrderRequest) (*ordersv1.Order, error) {
	return clients.Forward(ctx, req, s.deps.Orders.OrderService.GetOrder)
}

// WatchOrder sends the order now, and again whenever its state changes.
func (s *Server) WatchOrder(req *ordersv1.WatchOrderRequest, stream grpc.ServerStreamingServer[ordersv1.Order]) error {
	return clients.ForwardServerStream(req, stream, s.deps.Orders.OrderService.WatchOrder)
}
