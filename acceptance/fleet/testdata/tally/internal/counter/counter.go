// Package counter answers the RPCs of tally.v1.Counter with the name of the instance, which is $INSTANCE.
package counter

import (
	"context"
	"os"

	tallyv1 "example.com/tally/gen/tally/v1"
)

// Server implements the Counter service.
type Server struct {
	tallyv1.UnsafeCounterServer

	instance string
}

// New returns a Server.
func New() *Server { return &Server{instance: os.Getenv("INSTANCE")} }

// Add answers at once.
func (s *Server) Add(context.Context, *tallyv1.AddRequest) (*tallyv1.AddResponse, error) {
	return &tallyv1.AddResponse{Instance: s.instance}, nil
}
