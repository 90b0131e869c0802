package orders

import (
	"context"
	"testing"

	inventoryv1 "example.com/orders/gen/shop/inventory/v1"
	ordersv1 "example.com/orders/gen/shop/orders/v1"
	"example.com/orders/internal/clients"
	"example.com/orders/internal/clients/inventory/inventorytest"
)

// TestCreate is how a handler is tested that calls a dependency.
func TestCreate(t *testing.T) {
	server := New(&clients.Clients{Inventory: inventorytest.New(t, inventorytest.Fake{Inventory: inventorytest.Inventory{
		Reserve: func(context.Context, *inventoryv1.Item) (*inventoryv1.Reserved, error) {
			return &inventoryv1.Reserved{Attempts: 7}, nil
		},
	}})})
	created, err := server.Create(t.Context(), &ordersv1.Order{Id: "one"})
	if err != nil || created.GetAttempts() != 7 {
		t.Errorf("Create returned %v, %v", created, err)
	}
}
