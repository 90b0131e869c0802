// Package inventoryservice passes the RPCs of shop.inventory.v1.InventoryService on to inventory.
package inventoryservice

import (
	"context"

	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"

	"example.com/shop/gateway/internal/clients"
)

// Server implements the InventoryService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	inventoryv1.UnsafeInventoryServiceServer

	deps *clients.Clients
}

// New returns a Server. Its methods are yours: they may check what passes, change it, or ask several services.
//
// Take what else the handlers need as parameters, keep it in Server, and pass it from main.
func New(deps *clients.Clients) *Server {
	return &Server{deps: deps}
}

// GetStock tells how many pieces of a product are left.
func (s *Server) GetStock(ctx context.Context, req *inventoryv1.GetStockRequest) (*inventoryv1.Stock, error) {
	return clients.Forward(ctx, req, s.deps.Inventory.InventoryService.GetStock)
}

// Reserve keeps pieces for an order. To reserve twice for one order is to reserve once.
func (s *Server) Reserve(ctx context.Context, req *inventoryv1.ReserveRequest) (*inventoryv1.Reservation, error) {
	return clients.Forward(ctx, req, s.deps.Inventory.InventoryService.Reserve)
}
