// Package orders answers the RPCs of shop.orders.v1.Orders.
package orders

import (
	"context"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/orders/client"
	ordersv1 "example.com/orders/gen/shop/orders/v1"
)

// Server implements the Orders service.
type Server struct {
	ordersv1.UnsafeOrdersServer

	next  *client.Client // nil at the end of the chain
	fault string         // the file that makes calls fail while it is there
}

// New returns a Server that goes on to next.
func New(next *client.Client) *Server { return &Server{next: next, fault: os.Getenv("FAULT")} }

// Get answers what the next instance does, or at the end of the chain the same that it is asked.
func (s *Server) Get(ctx context.Context, req *ordersv1.GetRequest) (*ordersv1.GetResponse, error) {
	if s.next == nil {
		return &ordersv1.GetResponse{Id: req.GetId()}, nil
	}
	return s.next.Orders.Get(ctx, req)
}

// Create does nothing.
func (s *Server) Create(context.Context, *ordersv1.CreateRequest) (*ordersv1.CreateResponse, error) {
	if _, err := os.Stat(s.fault); err == nil {
		return nil, status.Error(codes.Internal, "told to fail")
	}
	return &ordersv1.CreateResponse{}, nil
}

// Watch answers as often as it is asked to.
func (s *Server) Watch(req *ordersv1.WatchRequest, stream grpc.ServerStreamingServer[ordersv1.WatchResponse]) error {
	for range req.GetAnswers() {
		if err := stream.Send(&ordersv1.WatchResponse{}); err != nil {
			return err
		}
	}
	return nil
}
