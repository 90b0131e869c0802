// Package subscriber handles the events that notifications subscribes to.
package subscriber

import (
	"context"
	"errors"

	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"

	"example.com/shop/notifications/internal/events"
)

// Subscriber implements events.Handler. Its methods may be called at the same time.
type Subscriber struct {
}

// New returns a Subscriber. Take what the methods need (a store, a client of another service) as parameters, keep it in
// Subscriber, and pass it from main.
func New() *Subscriber {
	return &Subscriber{}
}

// OnOrderPlaced handles an event of orders.placed. An event may come twice: see events.Inbox.
func (s *Subscriber) OnOrderPlaced(ctx context.Context, event events.Event, message *ordersv1.OrderPlaced) error {
	// TODO: handle orders.placed.
	return errors.New("OnOrderPlaced is not implemented")
}

// OnCharged handles an event of payments.charged. An event may come twice: see events.Inbox.
func (s *Subscriber) OnCharged(ctx context.Context, event events.Event, message *paymentsv1.Charged) error {
	// TODO: handle payments.charged.
	return errors.New("OnCharged is not implemented")
}
