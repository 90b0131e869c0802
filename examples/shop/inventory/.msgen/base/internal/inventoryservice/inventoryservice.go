// Package inventoryservice answers the RPCs of shop.inventory.v1.InventoryService.
package inventoryservice

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	"example.com/shop/inventory/internal/events"
)

// Server implements the InventoryService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	inventoryv1.UnsafeInventoryServiceServer

	publisher *events.Publisher
}

// New returns a Server. Take what else the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New(publisher *events.Publisher) *Server {
	return &Server{publisher: publisher}
}

// GetStock tells how many pieces of a product are left.
func (s *Server) GetStock(ctx context.Context, req *inventoryv1.GetStockRequest) (*inventoryv1.Stock, error) {
	// TODO: implement GetStock.
	return nil, status.Error(codes.Unimplemented, "GetStock is not implemented")
}

// Reserve keeps pieces for an order. To reserve twice for one order is to reserve once.
func (s *Server) Reserve(ctx context.Context, req *inventoryv1.ReserveRequest) (*inventoryv1.Reservation, error) {
	// TODO: implement Reserve.
	return nil, status.Error(codes.Unimplemented, "Reserve is not implemented")
}
