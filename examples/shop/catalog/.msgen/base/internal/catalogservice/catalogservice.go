// Package catalogservice answers the RPCs of shop.catalog.v1.CatalogService.
package catalogservice

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	catalogv1 "example.com/shop/catalog/gen/shop/catalog/v1"
)

// Server implements the CatalogService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	catalogv1.UnsafeCatalogServiceServer
}

// New returns a Server. Take what the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New() *Server {
	return &Server{}
}

// GetProduct finds a product by its SKU.
func (s *Server) GetProduct(ctx context.Context, req *catalogv1.GetProductRequest) (*catalogv1.Product, error) {
	// TODO: implement GetProduct.
	return nil, status.Error(codes.Unimplemented, "GetProduct is not implemented")
}

// ListProducts lists what the shop sells, cheapest first.
func (s *Server) ListProducts(ctx context.Context, req *catalogv1.ListProductsRequest) (*catalogv1.ListProductsResponse, error) {
	// TODO: implement ListProducts.
	return nil, status.Error(codes.Unimplemented, "ListProducts is not implemented")
}

// WatchPrices sends a product whenever its price changes.
func (s *Server) WatchPrices(req *catalogv1.WatchPricesRequest, stream grpc.ServerStreamingServer[catalogv1.Product]) error {
	// TODO: implement WatchPrices.
	return status.Error(codes.Unimplemented, "WatchPrices is not implemented")
}
