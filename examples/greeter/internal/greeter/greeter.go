// Package greeter answers the RPCs of greeter.v1.Greeter.
package greeter

import (
	"context"
	"errors"
	"io"
	"strings"

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
	return hello(req.GetName())
}

// SayHellos greets one name several times.
func (s *Server) SayHellos(req *greeterv1.HelloRequest, stream grpc.ServerStreamingServer[greeterv1.HelloReply]) error {
	reply, err := hello(req.GetName())
	for range 3 {
		if err == nil {
			err = stream.Send(reply)
		}
	}
	return err
}

// GreetAll greets all the names together, once the last one has come.
func (s *Server) GreetAll(stream grpc.ClientStreamingServer[greeterv1.HelloRequest, greeterv1.HelloReply]) error {
	var names []string
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		names = append(names, req.GetName())
	}
	reply, err := hello(strings.Join(names, ", "))
	if err != nil {
		return err
	}
	return stream.SendAndClose(reply)
}

// Chat greets each name as it comes.
func (s *Server) Chat(stream grpc.BidiStreamingServer[greeterv1.HelloRequest, greeterv1.HelloReply]) error {
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		reply, err := hello(req.GetName())
		if err != nil {
			return err
		}
		if err := stream.Send(reply); err != nil {
			return err
		}
	}
}

func hello(name string) (*greeterv1.HelloReply, error) {
	if name == "" {
		return nil, status.Error(codes.InvalidArgument, "name is empty")
	}
	return &greeterv1.HelloReply{Message: "Hello, " + name + "!"}, nil
}
