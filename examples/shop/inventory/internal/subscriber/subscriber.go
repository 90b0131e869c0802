// Package subscriber handles the events that inventory subscribes to.
package subscriber

import (
	"context"

	"example.com/shop/inventory/internal/events"
	"example.com/shop/inventory/internal/stock"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
)

// Subscriber implements events.Handler. Its methods may be called at the same time.
type Subscriber struct {
	stock *stock.Stock
}

// New returns a Subscriber that tells the stock what it hears.
func New(stock *stock.Stock) *Subscriber {
	return &Subscriber{stock: stock}
}

// OnCharged handles an event of payments.charged. An event may come twice: see events.Inbox.
func (s *Subscriber) OnCharged(_ context.Context, _ events.Event, message *paymentsv1.Charged) error {
	s.stock.Paid(message.GetOrderId())
	return nil
}
