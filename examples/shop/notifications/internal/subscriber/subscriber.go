// Package subscriber handles the events that notifications subscribes to.
package subscriber

import (
	"context"
	"fmt"

	"example.com/shop/notifications/internal/events"
	"example.com/shop/notifications/internal/mailbox"
	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
)

// Subscriber implements events.Handler. Its methods may be called at the same time.
type Subscriber struct {
	mailboxes *mailbox.Mailboxes
}

// New returns a Subscriber that puts what it hears into the mailboxes.
func New(mailboxes *mailbox.Mailboxes) *Subscriber {
	return &Subscriber{mailboxes: mailboxes}
}

// OnOrderPlaced handles an event of orders.placed. An event may come twice: see events.Inbox.
func (s *Subscriber) OnOrderPlaced(_ context.Context, _ events.Event, message *ordersv1.OrderPlaced) error {
	order := message.GetOrder()
	return s.mailboxes.Placed(order.GetId(), order.GetCustomer(), fmt.Sprintf("We have your order of %d x %s.", order.GetPieces(), order.GetSku()))
}

// OnCharged handles an event of payments.charged. An event may come twice: see events.Inbox. Events of two topics may come
// in any order: the one of an order that is not known yet is tried again.
func (s *Subscriber) OnCharged(_ context.Context, _ events.Event, message *paymentsv1.Charged) error {
	known, err := s.mailboxes.Paid(message.GetOrderId(), fmt.Sprintf("You have paid %d.%02d.", message.GetCents()/100, message.GetCents()%100))
	if err == nil && !known {
		err = fmt.Errorf("no order %q yet", message.GetOrderId())
	}
	return err
}
