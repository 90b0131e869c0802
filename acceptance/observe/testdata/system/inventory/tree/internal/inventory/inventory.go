// Package inventory answers the RPCs of shop.inventory.v1.Inventory.
package inventory

import (
	"context"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	inventoryv1 "example.com/inventory/gen/shop/inventory/v1"
)

// Server reserves items, after as many failures as the caller asks for.
type Server struct {
	inventoryv1.UnsafeInventoryServer

	mu       sync.Mutex
	attempts map[string]int32
}

// New returns a Server.
func New() *Server { return &Server{attempts: map[string]int32{}} }

// Reserve counts the attempts for an item.
func (s *Server) Reserve(_ context.Context, item *inventoryv1.Item) (*inventoryv1.Reserved, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts[item.GetId()]++
	attempts := s.attempts[item.GetId()]
	if attempts <= item.GetFailures() {
		return nil, status.Errorf(codes.Unavailable, "attempt %d", attempts)
	}
	return &inventoryv1.Reserved{Attempts: attempts}, nil
}
