// Package echo answers the RPCs of echo.v1.Echo.
package echo

import (
	"context"

	echov1 "example.com/echo/gen/echo/v1"
)

// Server implements the Echo service.
type Server struct{ echov1.UnsafeEchoServer }

// New returns a Server.
func New() *Server { return &Server{} }

// Say answers with the text that it is told.
func (*Server) Say(_ context.Context, req *echov1.SayRequest) (*echov1.SayResponse, error) {
	return &echov1.SayResponse{Text: req.GetText()}, nil
}
