// Package stock counts the pieces of each product, and keeps some for orders until they are paid.
package stock

import (
	"errors"
	"sync"
	"time"
)

// ErrSoldOut is the error of who asks for more than there is.
var ErrSoldOut = errors.New("sold out")

// Reservation is pieces that are kept for an order.
type Reservation struct {
	OrderID string
	SKU     string
	Pieces  int32

	until time.Time
	paid  bool
}

// Stock is the shop's store room. Its methods may be called at the same time.
type Stock struct {
	mu       sync.Mutex
	pieces   map[string]int32 // that are not kept for anybody, by SKU
	reserved map[string]*Reservation
	hold     time.Duration // how long pieces are kept for an order that is not paid
}

// New returns a Stock with so many pieces of each product.
func New(pieces map[string]int32, hold time.Duration) *Stock {
	return &Stock{pieces: pieces, reserved: map[string]*Reservation{}, hold: hold}
}

// Pieces tells how many pieces of a product are left.
func (s *Stock) Pieces(sku string) int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pieces[sku]
}

// Reserve keeps pieces for an order. For one order it does so once, however often it is asked.
func (s *Stock) Reserve(now time.Time, orderID, sku string, pieces int32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reserved[orderID] != nil {
		return nil
	}
	if s.pieces[sku] < pieces {
		return ErrSoldOut
	}
	s.pieces[sku] -= pieces
	s.reserved[orderID] = &Reservation{OrderID: orderID, SKU: sku, Pieces: pieces, until: now.Add(s.hold)}
	return nil
}

// Paid says that an order has been paid: its pieces will not come back.
func (s *Stock) Paid(orderID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if reservation := s.reserved[orderID]; reservation != nil {
		reservation.paid = true
	}
}

// Expire puts back what was kept for orders that nobody has paid in time, and returns it.
func (s *Stock) Expire(now time.Time) []*Reservation {
	s.mu.Lock()
	defer s.mu.Unlock()
	var expired []*Reservation
	for orderID, reservation := range s.reserved {
		if reservation.paid || now.Before(reservation.until) {
			continue
		}
		s.pieces[reservation.SKU] += reservation.Pieces
		delete(s.reserved, orderID)
		expired = append(expired, reservation)
	}
	return expired
}
