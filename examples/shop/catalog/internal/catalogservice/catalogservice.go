// Package catalogservice answers the RPCs of shop.catalog.v1.CatalogService.
package catalogservice

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	catalogv1 "example.com/shop/catalog/gen/shop/catalog/v1"
)

// Server implements the CatalogService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	catalogv1.UnsafeCatalogServiceServer

	products []*catalogv1.Product // cheapest first
}

// New returns a Server with the shop's assortment.
func New() *Server {
	return &Server{products: []*catalogv1.Product{
		{Sku: "pencil", Name: "A pencil", PriceCents: 120},
		{Sku: "mug", Name: "A mug", PriceCents: 900},
		{Sku: "lamp", Name: "A lamp", PriceCents: 4500},
	}}
}

// GetProduct finds a product by its SKU.
func (s *Server) GetProduct(_ context.Context, req *catalogv1.GetProductRequest) (*catalogv1.Product, error) {
	i := slices.IndexFunc(s.products, func(p *catalogv1.Product) bool { return p.GetSku() == req.GetSku() })
	if i < 0 {
		return nil, status.Errorf(codes.NotFound, "the shop does not sell %q", req.GetSku())
	}
	return s.products[i], nil
}

// ListProducts lists what the shop sells, cheapest first.
func (s *Server) ListProducts(context.Context, *catalogv1.ListProductsRequest) (*catalogv1.ListProductsResponse, error) {
	return &catalogv1.ListProductsResponse{Products: s.products}, nil
}

// WatchPrices sends the products that are asked for. Prices of this shop do not change: the stream then waits for its end.
func (s *Server) WatchPrices(req *catalogv1.WatchPricesRequest, stream grpc.ServerStreamingServer[catalogv1.Product]) error {
	for _, product := range s.products {
		if len(req.GetSkus()) > 0 && !slices.ContainsFunc(req.GetSkus(), func(sku string) bool { return strings.EqualFold(sku, product.GetSku()) }) {
			continue
		}
		if err := stream.Send(product); err != nil {
			return err
		}
	}
	<-stream.Context().Done()
	return status.FromContextError(stream.Context().Err()).Err()
}
