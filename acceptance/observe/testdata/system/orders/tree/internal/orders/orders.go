// Package orders answers the RPCs of shop.orders.v1.Orders.
package orders

import (
	"context"

	inventoryv1 "example.com/orders/gen/shop/inventory/v1"
	ordersv1 "example.com/orders/gen/shop/orders/v1"
	"example.com/orders/internal/clients"
)

// Server creates orders of what the inventory has.
type Server struct {
	ordersv1.UnsafeOrdersServer

	deps *clients.Clients
}

// New returns a Server.
func New(deps *clients.Clients) *Server { return &Server{deps: deps} }

// Create reserves what is ordered.
func (s *Server) Create(ctx context.Context, order *ordersv1.Order) (*ordersv1.Created, error) {
	reserved, err := s.deps.Inventory.Inventory.Reserve(ctx, &inventoryv1.Item{Id: order.GetId(), Failures: order.GetFailures()})
	if err != nil {
		return nil, err
	}
	return &ordersv1.Created{Attempts: reserved.GetAttempts()}, nil
}
