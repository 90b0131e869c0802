// Package inventoryservice answers the RPCs of shop.inventory.v1.InventoryService.
package inventoryservice

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	"example.com/shop/inventory/internal/events"
	"example.com/shop/inventory/internal/stock"
)

// Server implements the InventoryService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	inventoryv1.UnsafeInventoryServiceServer

	publisher *events.Publisher
	stock     *stock.Stock
}

// New returns a Server of the stock.
func New(publisher *events.Publisher, stock *stock.Stock) *Server {
	return &Server{publisher: publisher, stock: stock}
}

// GetStock tells how many pieces of a product are left.
func (s *Server) GetStock(_ context.Context, req *inventoryv1.GetStockRequest) (*inventoryv1.Stock, error) {
	return &inventoryv1.Stock{Sku: req.GetSku(), Pieces: s.stock.Pieces(req.GetSku())}, nil
}

// Reserve keeps pieces for an order. To reserve twice for one order is to reserve once.
func (s *Server) Reserve(_ context.Context, req *inventoryv1.ReserveRequest) (*inventoryv1.Reservation, error) {
	if req.GetOrderId() == "" || req.GetPieces() < 1 {
		return nil, status.Error(codes.InvalidArgument, "want an order_id and at least one piece")
	}
	err := s.stock.Reserve(time.Now(), req.GetOrderId(), req.GetSku(), req.GetPieces())
	if errors.Is(err, stock.ErrSoldOut) {
		return nil, status.Errorf(codes.FailedPrecondition, "%s: %v", req.GetSku(), err)
	}
	return &inventoryv1.Reservation{OrderId: req.GetOrderId()}, nil
}

// Release puts back what nobody pays for, and publishes it, until ctx is done.
func (s *Server) Release(ctx context.Context, logger *slog.Logger) {
	for ticker := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			for _, expired := range s.stock.Expire(now) {
				released := &inventoryv1.Released{OrderId: expired.OrderID, Sku: expired.SKU, Pieces: expired.Pieces, Reason: "not paid in time"}
				if err := s.publisher.PublishReleased(ctx, expired.OrderID, released); err != nil {
					logger.Error("an order will not hear that its pieces are gone", "order", expired.OrderID, "error", err)
				}
			}
		}
	}
}
