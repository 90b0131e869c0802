// Package paymentservice answers the RPCs of shop.payments.v1.PaymentService.
package paymentservice

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
	"example.com/shop/payments/internal/events"
)

// Server implements the PaymentService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	paymentsv1.UnsafePaymentServiceServer

	publisher *events.Publisher
}

// New returns a Server. Take what else the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New(publisher *events.Publisher) *Server {
	return &Server{publisher: publisher}
}

// Charge takes the price of an order. To charge one order twice is to charge it once.
func (s *Server) Charge(ctx context.Context, req *paymentsv1.ChargeRequest) (*paymentsv1.Payment, error) {
	// TODO: implement Charge.
	return nil, status.Error(codes.Unimplemented, "Charge is not implemented")
}

// GetPayment finds the payment of an order.
func (s *Server) GetPayment(ctx context.Context, req *paymentsv1.GetPaymentRequest) (*paymentsv1.Payment, error) {
	// TODO: implement GetPayment.
	return nil, status.Error(codes.Unimplemented, "GetPayment is not implemented")
}
