package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	notificationsv1 "example.com/shop/notifications/gen/shop/notifications/v1"
	ordersv1 "example.com/shop/orders/gen/shop/orders/v1"
)

// tally is what came of the orders.
type tally struct {
	Placed, Refused int // by what their customers were told
	Paid            int // of those placed: orders has heard of the payment
	ToldPlaced      int // of those placed: customers that were told so, by notifications
	ToldPaid        int
	ToldTwice       int // customers that were told the same of an order more than once
	DeadLetters     int
}

func (t tally) String() string {
	return fmt.Sprintf("%d orders were promised to their customers, %d refused.\nOf those promised, %d are paid, "+
		"%d customers were told that their order was taken and %d that it was paid, %d of them twice.\nDead letters: %d.\n",
		t.Placed, t.Refused, t.Paid, t.ToldPlaced, t.ToldPaid, t.ToldTwice, t.DeadLetters)
}

// count waits until every event has had its effect, for a while, and counts.
func (s *shop) count(ctx context.Context, c *customers) (t tally, err error) {
	for range 30 {
		if t, err = s.countNow(ctx, c); err != nil || (t.Paid == t.Placed && t.ToldPaid == t.Placed) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	if err == nil {
		t.DeadLetters, err = s.dead(ctx)
	}
	return t, err
}

func (s *shop) countNow(ctx context.Context, c *customers) (tally, error) {
	t := tally{Placed: len(c.placed), Refused: c.failed}
	told := map[string]int{}
	for customer := range 10 {
		response := &notificationsv1.ListNotificationsResponse{}
		if _, err := s.door.get(ctx, fmt.Sprintf("/v1/customers/customer-%d/notifications", customer), response); err != nil {
			return t, err
		}
		for _, notification := range response.GetNotifications() {
			kind := "placed "
			if strings.Contains(notification.GetText(), "paid") {
				kind = "paid "
			}
			told[kind+notification.GetOrderId()]++
		}
	}
	for _, placed := range c.placed {
		t.ToldPlaced += min(1, told["placed "+placed.GetId()])
		t.ToldPaid += min(1, told["paid "+placed.GetId()])
		if told["placed "+placed.GetId()] > 1 || told["paid "+placed.GetId()] > 1 {
			t.ToldTwice++
		}
		order := &ordersv1.Order{}
		if _, err := s.door.get(ctx, "/v1/orders/"+placed.GetId(), order); err != nil {
			return t, err
		}
		if order.GetState() == ordersv1.State_STATE_PAID {
			t.Paid++
		}
	}
	return t, nil
}
