// Package subscriber handles the events that orders subscribes to.
package subscriber

import (
	"context"
	"errors"

	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"

	"example.com/shop/orders/internal/clients"
	"example.com/shop/orders/internal/events"
)

// Subscriber implements events.Handler. Its methods may be called at the same time.
type Subscriber struct {
	deps      *clients.Clients
	publisher *events.Publisher
}

// New returns a Subscriber. Take what the methods need (a store, a client of another service) as parameters, keep it in
// Subscriber, and pass it from main.
func New(deps *clients.Clients, publisher *events.Publisher) *Subscriber {
	return &Subscriber{deps: deps, publisher: publisher}
}

// OnReleased handles an event of inventory.released. An event may come twice: see events.Inbox.
func (s *Subscriber) OnReleased(ctx context.Context, event events.Event, message *inventoryv1.Released) error {
	// TODO: handle inventory.released.
	return errors.New("OnReleased is not implemented")
}

// OnCharged handles an event of payments.charged. An event may come twice: see events.Inbox.
func (s *Subscriber) OnCharged(ctx context.Context, event events.Event, message *paymentsv1.Charged) error {
	// TODO: handle payments.charged.
	return errors.New("OnCharged is not implemented")
}
