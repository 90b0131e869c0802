// Package orderservice answers the RPCs of shop.orders.v1.OrderService.
package orderservice

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	catalogv1 "example.com/shop/catalog/gen/shop/catalog/v1"
	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	"example.com/shop/orders/internal/clients"
	"example.com/shop/orders/internal/events"
	"example.com/shop/orders/internal/orderstore"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
)

// Server implements the OrderService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	ordersv1.UnsafeOrderServiceServer

	deps      *clients.Clients
	publisher *events.Publisher
	store     *orderstore.Store
}

// New returns a Server of the orders in store.
func New(deps *clients.Clients, publisher *events.Publisher, store *orderstore.Store) *Server {
	return &Server{deps: deps, publisher: publisher, store: store}
}

// PlaceOrder takes an order: it looks up the price, reserves the pieces and charges the customer. Each step may be made
// twice, so that a caller who does not know how far it came asks again with the same id.
func (s *Server) PlaceOrder(ctx context.Context, req *ordersv1.PlaceOrderRequest) (*ordersv1.Order, error) {
	if req.GetId() == "" || req.GetPieces() < 1 {
		return nil, status.Error(codes.InvalidArgument, "want an id and at least one piece")
	}
	product, err := s.deps.Catalog.CatalogService.GetProduct(ctx, &catalogv1.GetProductRequest{Sku: req.GetSku()})
	if err != nil {
		return nil, err
	}
	order := &ordersv1.Order{
		Id:       req.GetId(),
		Customer: req.GetCustomer(),
		Sku:      req.GetSku(),
		Pieces:   req.GetPieces(),
		Cents:    product.GetPriceCents() * int64(req.GetPieces()),
		State:    ordersv1.State_STATE_PLACED,
	}
	if err := s.reserve(ctx, order); err != nil {
		return nil, err
	}
	s.store.Put(order)
	if err := s.publisher.PublishOrderPlaced(ctx, order.GetId(), &ordersv1.OrderPlaced{Order: order}); err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	if _, err := s.deps.Payments.PaymentService.Charge(ctx, &paymentsv1.ChargeRequest{OrderId: order.GetId(), Cents: order.GetCents()}); err != nil {
		return nil, err
	}
	return order, nil
}

func (s *Server) reserve(ctx context.Context, order *ordersv1.Order) error {
	// The instance that answers for a product is found by this key: see balancing in the policy of inventory.
	ctx = metadata.AppendToOutgoingContext(ctx, "x-sku", order.GetSku())
	_, err := s.deps.Inventory.InventoryService.Reserve(ctx, &inventoryv1.ReserveRequest{
		OrderId: order.GetId(), Sku: order.GetSku(), Pieces: order.GetPieces(),
	})
	return err
}

// GetOrder finds an order by its id.
func (s *Server) GetOrder(_ context.Context, req *ordersv1.GetOrderRequest) (*ordersv1.Order, error) {
	if order, _ := s.store.Get(req.GetId()); order != nil {
		return order, nil
	}
	return nil, status.Errorf(codes.NotFound, "no order %q", req.GetId())
}

// WatchOrder sends the order now, and again whenever its state changes.
func (s *Server) WatchOrder(req *ordersv1.WatchOrderRequest, stream grpc.ServerStreamingServer[ordersv1.Order]) error {
	for {
		order, changed := s.store.Get(req.GetId())
		if order != nil {
			if err := stream.Send(order); err != nil {
				return err
			}
		}
		select {
		case <-changed:
		case <-stream.Context().Done():
			return status.FromContextError(stream.Context().Err()).Err()
		}
	}
}
