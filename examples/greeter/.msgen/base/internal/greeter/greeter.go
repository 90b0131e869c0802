// Package greeter answers the RPCs of greeter.v1.Greeter.
package greeter

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	greeterv1 "example.com/greeter/gen/greeter/v1"
)

// Server implements the Greeter service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	greeterv1.UnsafeGreeterServer
}

// New returns a Server. Take what the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New() *Server {
	return &Server{}
}

// SayHello greets one name.
func (s *Server) SayHello(ctx context.Context, req *greeterv1.HelloRequest) (*greeterv1.HelloReply, error) {
	// TODO: implement SayHello.
	return nil, status.Error(codes.Unimplemented, "SayHello is not implemented")
}

// SayHellos greets one name several times.
func (s *Server) SayHellos(req *greeterv1.HelloRequest, stream grpc.ServerStreamingServer[greeterv1.HelloReply]) error {
	// TODO: implement SayHellos.
	return status.Error(codes.Unimplemented, "SayHellos is not implemented")
}

// GreetAll greets all the names together, once the last one has come.
func (s *Server) GreetAll(stream grpc.ClientStreamingServer[greeterv1.HelloRequest, greeterv1.HelloReply]) error {
	// TODO: implement GreetAll.
	return status.Error(codes.Unimplemented, "GreetAll is not implemented")
}

// Chat greets each name as it comes.
func (s *Server) Chat(stream grpc.BidiStreamingServer[greeterv1.HelloRequest, greeterv1.HelloReply]) error {
	// TODO: implement Chat.
	return status.Error(codes.Unimplemented, "Chat is not implemented")
}
