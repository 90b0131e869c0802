// Package subscriber handles the events that inventory subscribes to.
package subscriber

import (
	"context"
	"errors"

	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"

	"example.com/shop/inventory/internal/events"
)

// Subscriber implements events.Handler. Its methods may be called at the same time.
type Subscriber struct {
	publisher *events.Publisher
}

// New returns a Subscriber. Take what the methods need (a store, a client of another service) as parameters, keep it in
// Subscriber, and pass it from main.
func New(publisher *events.Publisher) *Subscriber {
	return &Subscriber{publisher: publisher}
}

// OnCharged handles an event of payments.charged. An event may come twice: see events.Inbox.
func (s *Subscriber) OnCharged(ctx context.Context, event events.Event, message *paymentsv1.Charged) error {
	// TODO: handle payments.charged.
	return errors.New("OnCharged is not implemented")
}
