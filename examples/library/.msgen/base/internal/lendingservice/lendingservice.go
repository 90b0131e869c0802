// Package lendingservice answers the RPCs of library.v1.LendingService.
package lendingservice

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	libraryv1 "example.com/library/gen/library/v1"
)

// Server implements the LendingService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	libraryv1.UnsafeLendingServiceServer
}

// New returns a Server. Take what the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New() *Server {
	return &Server{}
}

// Borrow lends one book to a reader. It is not idempotent: who asks twice has two books.
func (s *Server) Borrow(ctx context.Context, req *libraryv1.BorrowRequest) (*libraryv1.Book, error) {
	// TODO: implement Borrow.
	return nil, status.Error(codes.Unimplemented, "Borrow is not implemented")
}

// Return takes a book back.
func (s *Server) Return(ctx context.Context, req *libraryv1.ReturnRequest) (*emptypb.Empty, error) {
	// TODO: implement Return.
	return nil, status.Error(codes.Unimplemented, "Return is not implemented")
}
