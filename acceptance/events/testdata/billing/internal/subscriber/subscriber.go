// Package subscriber handles the events that billing subscribes to.
package subscriber

import (
	"context"
	"errors"
	"fmt"
	"time"

	ordersv1 "example.com/billing/gen/shop/orders/v1"
	"example.com/billing/internal/events"
	"example.com/billing/internal/ledger"
)

// Subscriber implements events.Handler.
type Subscriber struct{}

// New returns a Subscriber.
func New() *Subscriber { return &Subscriber{} }

// OnOrderPlaced bills an order.
func (s *Subscriber) OnOrderPlaced(ctx context.Context, event events.Event, message *ordersv1.OrderPlaced) error {
	if message.GetPoisoned() {
		return errors.New("the order is poisoned")
	}
	time.Sleep(time.Duration(message.GetHoldMillis()) * time.Millisecond)
	ledger.Write(ctx, fmt.Sprintf("%s %d", event.Key, message.GetNumber()))
	return nil
}
