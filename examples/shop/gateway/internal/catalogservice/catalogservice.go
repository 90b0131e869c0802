// Package catalogservice passes the RPCs of shop.catalog.v1.CatalogService on to catalog.
package catalogservice

import (
	"context"

	catalogv1 "example.com/shop/catalog/gen/shop/catalog/v1"
	"google.golang.org/grpc"

	"example.com/shop/gateway/internal/clients"
)

// Server implements the CatalogService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	catalogv1.UnsafeCatalogServiceServer

	deps *clients.Clients
}

// New returns a Server. Its methods are yours: they may check what passes, change it, or ask several services.
//
// Take what else the handlers need as parameters, keep it in Server, and pass it from main.
func New(deps *clients.Clients) *Server {
	return &Server{deps: deps}
}

// GetProduct finds a product by its SKU.
func (s *Server) GetProduct(ctx context.Context, req *catalogv1.GetProductRequest) (*catalogv1.Product, error) {
	return clients.Forward(ctx, req, s.deps.Catalog.CatalogService.GetProduct)
}

// ListProducts lists what the shop sells, cheapest first.
func (s *Server) ListProducts(ctx context.Context, req *catalogv1.ListProductsRequest) (*catalogv1.ListProductsResponse, error) {
	return clients.Forward(ctx, req, s.deps.Catalog.CatalogService.ListProducts)
}

// WatchPrices sends a product whenever its price changes.
func (s *Server) WatchPrices(req *catalogv1.WatchPricesRequest, stream grpc.ServerStreamingServer[catalogv1.Product]) error {
	return clients.ForwardServerStream(req, stream, s.deps.Catalog.CatalogService.WatchPrices)
}
