// Package probe answers the RPCs of fleet.v1.Probe with the name of the instance, which is $INSTANCE.
package probe

import (
	"context"
	"os"

	"google.golang.org/grpc"

	fleetv1 "example.com/fleet/gen/fleet/v1"
)

// Server implements the Probe service.
type Server struct {
	fleetv1.UnsafeProbeServer

	instance string
	mood     mood
}

// New returns a Server.
func New() *Server {
	return &Server{instance: os.Getenv("INSTANCE"), mood: mood(os.Getenv("MOOD"))}
}

// Get answers when the work is done.
func (s *Server) Get(ctx context.Context, req *fleetv1.GetRequest) (*fleetv1.GetResponse, error) {
	if err := s.mood.work(ctx, req.GetWork().AsDuration()); err != nil {
		return nil, err
	}
	return &fleetv1.GetResponse{Instance: s.instance}, nil
}

// Put answers when the work is done.
func (s *Server) Put(ctx context.Context, req *fleetv1.PutRequest) (*fleetv1.PutResponse, error) {
	if err := s.mood.work(ctx, req.GetWork().AsDuration()); err != nil {
		return nil, err
	}
	return &fleetv1.PutResponse{Instance: s.instance}, nil
}

// Watch answers at half of the work and when it is done.
func (s *Server) Watch(req *fleetv1.WatchRequest, stream grpc.ServerStreamingServer[fleetv1.WatchResponse]) error {
	for range 2 {
		if err := s.mood.work(stream.Context(), req.GetWork().AsDuration()/2); err != nil {
			return err
		}
		if err := stream.Send(&fleetv1.WatchResponse{Instance: s.instance}); err != nil {
			return err
		}
	}
	return nil
}
