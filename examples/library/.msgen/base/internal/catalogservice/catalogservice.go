// Package catalogservice answers the RPCs of library.v1.CatalogService.
package catalogservice

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	libraryv1 "example.com/library/gen/library/v1"
)

// Server implements the CatalogService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	libraryv1.UnsafeCatalogServiceServer
}

// New returns a Server. Take what the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New() *Server {
	return &Server{}
}

// GetBook finds a book by its number.
func (s *Server) GetBook(ctx context.Context, req *libraryv1.GetBookRequest) (*libraryv1.Book, error) {
	// TODO: implement GetBook.
	return nil, status.Error(codes.Unimplemented, "GetBook is not implemented")
}

// PutBook adds a book, or replaces it.
func (s *Server) PutBook(ctx context.Context, req *libraryv1.PutBookRequest) (*libraryv1.Book, error) {
	// TODO: implement PutBook.
	return nil, status.Error(codes.Unimplemented, "PutBook is not implemented")
}

// WatchBooks sends each book as it comes in.
func (s *Server) WatchBooks(req *libraryv1.WatchBooksRequest, stream grpc.ServerStreamingServer[libraryv1.Book]) error {
	// TODO: implement WatchBooks.
	return status.Error(codes.Unimplemented, "WatchBooks is not implemented")
}
