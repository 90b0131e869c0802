// Package orders answers the RPCs of shop.orders.v1.Orders.
package orders

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	ordersv1 "example.com/orders/gen/shop/orders/v1"
	"example.com/orders/internal/events"
)

// Server implements the Orders service.
type Server struct {
	ordersv1.UnsafeOrdersServer

	publisher *events.Publisher
}

// New returns a Server.
func New(publisher *events.Publisher) *Server {
	return &Server{publisher: publisher}
}

// Place publishes the orders of each customer one after the other. One that the broker may not have is published again.
func (s *Server) Place(ctx context.Context, req *ordersv1.PlaceRequest) (*ordersv1.PlaceResponse, error) {
	customers, ctx := errgroup.WithContext(ctx)
	for key := range req.GetKeys() {
		customers.Go(func() error {
			for number := req.GetFirst(); number <= req.GetLast(); number++ {
				if number%req.GetKeys() != key {
					continue
				}
				if err := s.publish(ctx, req, number, fmt.Sprintf("customer-%d", key)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return &ordersv1.PlaceResponse{}, customers.Wait()
}

func (s *Server) publish(ctx context.Context, req *ordersv1.PlaceRequest, number int64, customer string) error {
	message, err := events.OrderPlacedMessage(ctx, customer, &ordersv1.OrderPlaced{
		Number: number, Customer: customer, Poisoned: req.GetPoisoned(), HoldMillis: req.GetHoldMillis(),
	})
	if err != nil {
		return err
	}
	for {
		attempt, cancel := context.WithTimeout(ctx, 3*time.Second)
		err := s.publisher.Publish(attempt, message)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}
