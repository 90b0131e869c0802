// Package orderstore keeps the orders of one process, and tells who watches them of their changes.
package orderstore

import (
	"sync"

	"google.golang.org/protobuf/proto"

	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
)

// Store keeps orders. Its methods may be called at the same time, and hand out copies.
type Store struct {
	mu      sync.Mutex
	orders  map[string]*ordersv1.Order
	changed map[string]chan struct{} // closed when the order changes
}

// New returns an empty Store.
func New() *Store {
	return &Store{orders: map[string]*ordersv1.Order{}, changed: map[string]chan struct{}{}}
}

// Get returns the order and a channel that is closed when it changes. The order is nil if there is none.
func (s *Store) Get(id string) (*ordersv1.Order, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed[id] == nil {
		s.changed[id] = make(chan struct{})
	}
	return proto.CloneOf(s.orders[id]), s.changed[id]
}

// Put adds an order, or does nothing if there is one with its id.
func (s *Store) Put(order *ordersv1.Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.orders[order.GetId()] == nil {
		s.orders[order.GetId()] = proto.CloneOf(order)
		s.tell(order.GetId())
	}
}

// Advance moves an order on to a later state, and reports whether it is known. States never go back: an event that comes
// late, or twice, changes nothing.
func (s *Store) Advance(id string, state ordersv1.State) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	order := s.orders[id]
	if order != nil && order.GetState() < state {
		order.State = state
		s.tell(id)
	}
	return order != nil
}

func (s *Store) tell(id string) {
	if changed := s.changed[id]; changed != nil {
		close(changed)
		delete(s.changed, id)
	}
}
