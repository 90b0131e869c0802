// Package subscriber handles the events that orders subscribes to.
package subscriber

import (
	"context"
	"fmt"

	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	"example.com/shop/orders/internal/events"
	"example.com/shop/orders/internal/orderstore"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
)

// Subscriber implements events.Handler. Its methods may be called at the same time.
type Subscriber struct {
	store *orderstore.Store
}

// New returns a Subscriber that moves the orders in store on.
func New(store *orderstore.Store) *Subscriber {
	return &Subscriber{store: store}
}

// OnReleased handles an event of inventory.released. An event may come twice: see events.Inbox.
func (s *Subscriber) OnReleased(_ context.Context, _ events.Event, message *inventoryv1.Released) error {
	s.store.Advance(message.GetOrderId(), ordersv1.State_STATE_CANCELLED)
	return nil
}

// OnCharged handles an event of payments.charged. An event may come twice: see events.Inbox.
func (s *Subscriber) OnCharged(_ context.Context, _ events.Event, message *paymentsv1.Charged) error {
	if !s.store.Advance(message.GetOrderId(), ordersv1.State_STATE_PAID) {
		return fmt.Errorf("no order %q", message.GetOrderId()) // another instance may have it: this one forgot
	}
	return nil
}
