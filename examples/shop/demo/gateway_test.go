package main

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	catalogv1 "example.com/shop/catalog/gen/shop/catalog/v1"
	inventoryv1 "example.com/shop/inventory/gen/shop/inventory/v1"
)

// TestGateway runs the gateway in front of catalog alone.
func TestGateway(t *testing.T) {
	gateway := openGateway(t)
	t.Run("protocols", func(t *testing.T) { comeIn(t, gateway) })
	if err := gateway.start(); err != nil {
		t.Fatal(err)
	}
	t.Run("stop", func(t *testing.T) { stopUnderLoad(t, gateway) })
}

// comeIn takes the one door with everything that it is for: REST, Connect and gRPC. At the end, the gateway has stopped.
func comeIn(t *testing.T, gateway *process) {
	t.Helper()
	door := &web{base: "http://" + gateway.http}

	product := &catalogv1.Product{}
	if _, err := door.get(t.Context(), "/v1/products/mug", product); err != nil || product.GetPriceCents() != 900 {
		t.Errorf("a mug is %v (%v), want one at 900 cents", product, err)
	}
	status404, err := door.get(t.Context(), "/v1/products/hat", product)
	if status404 != http.StatusNotFound || !strings.Contains(err.Error(), "does not sell") {
		t.Errorf("what the shop does not sell is %d (%v), want 404 with the reason of catalog", status404, err)
	}
	if got, err := door.get(t.Context(), "/v1/stock/mug", &inventoryv1.Stock{}); got != http.StatusServiceUnavailable {
		t.Errorf("a service that is down is %d (%v), want 503", got, err)
	}
	door.header = http.Header{"Connect-Protocol-Version": {"1"}}
	if _, err := door.post(t.Context(), "/shop.catalog.v1.CatalogService/GetProduct", &catalogv1.GetProductRequest{Sku: "lamp"}, product); err != nil || product.GetPriceCents() != 4500 {
		t.Errorf("by Connect, a lamp is %v (%v), want one at 4500 cents", product, err)
	}

	conn, err := grpc.NewClient("passthrough:///"+gateway.http, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	prices, err := catalogv1.NewCatalogServiceClient(conn).WatchPrices(t.Context(), &catalogv1.WatchPricesRequest{Skus: []string{"pencil"}})
	if err == nil {
		product, err = prices.Recv()
	}
	if err != nil || product.GetPriceCents() != 120 {
		t.Errorf("the stream began with %v (%v), want a pencil at 120 cents", product, err)
	}
	if err := gateway.stop(); err != nil { // which ends the stream
		t.Error(err)
	}
	if _, err = prices.Recv(); status.Code(err) != codes.Unavailable {
		t.Errorf("the stream of a gateway that stops ended with %v, want UNAVAILABLE", err)
	}
}

// stopUnderLoad stops the gateway while callers ask it, who go elsewhere once it is not ready: all that they have asked
// is answered.
func stopUnderLoad(t *testing.T, gateway *process) {
	t.Helper()
	door := &web{base: "http://" + gateway.http}
	door.Transport = &http.Transport{MaxIdleConnsPerHost: 16}
	var answered atomic.Int32
	var gone atomic.Bool
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for !gone.Load() {
				if _, err := door.get(context.Background(), "/v1/products/mug", &catalogv1.Product{}); err != nil {
					t.Error(err)
					return
				}
				answered.Add(1)
			}
		})
	}
	time.Sleep(time.Second)
	before := answered.Load()
	stopped := make(chan error)
	go func() { stopped <- gateway.stop() }()
	for !gone.Load() {
		time.Sleep(10 * time.Millisecond)
		response, err := door.Get("http://" + gateway.admin + "/readyz")
		if err == nil {
			_ = response.Body.Close()
		}
		gone.Store(err != nil || response.StatusCode != http.StatusOK)
	}
	callers.Wait()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if before < 100 {
		t.Errorf("%d requests were answered before the stop: want many", before)
	}
	t.Logf("%d requests answered, %d of them while the gateway stopped", answered.Load(), answered.Load()-before)
}

// openGateway runs catalog and a gateway in front of it until the test ends. The other services are down.
func openGateway(t *testing.T) (gateway *process) {
	t.Helper()
	s := &shop{dir: t.TempDir(), services: map[string]*process{}}
	addresses, err := freeAddresses(6)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"catalog", "gateway"} {
		binary, err := build(t.Context(), s.dir, name)
		if err != nil {
			t.Fatal(err)
		}
		p := &process{name: name, binary: binary, log: filepath.Join(s.dir, name+".log"), grpc: addresses[3*i], admin: addresses[3*i+1], http: addresses[3*i+2]}
		p.env = []string{
			"GRPC_ADDRESS=" + p.grpc, "ADMIN_ADDRESS=" + p.admin, "HTTP_ADDRESS=" + p.http, "TRACING_SAMPLE_RATIO=0", "DRAIN_DELAY=300ms", "GRACEFUL_TIMEOUT=3s",
			"CATALOG_ENDPOINTS=" + addresses[0], "INVENTORY_ENDPOINTS=" + addresses[2], "ORDERS_ENDPOINTS=" + addresses[2], "NOTIFICATIONS_ENDPOINTS=" + addresses[2],
		}
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.stop() })
		gateway = p
	}
	return gateway
}
