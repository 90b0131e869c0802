// Command bare serves the same handler by grpc-go alone, at $GRPC_ADDRESS.
package main

import (
	"log"
	"net"
	"os"

	"google.golang.org/grpc"

	echov1 "example.com/echo/gen/echo/v1"
	"example.com/echo/internal/echo"
)

func main() {
	listener, err := net.Listen("tcp", os.Getenv("GRPC_ADDRESS"))
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	echov1.RegisterEchoServer(server, echo.New())
	log.Fatal(server.Serve(listener))
}
