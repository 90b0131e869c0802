// Package paymentservice answers the RPCs of shop.payments.v1.PaymentService.
package paymentservice

import (
	"context"
	"sync"

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

	mu       sync.Mutex
	payments map[string]*paymentsv1.Payment // by order
}

// New returns a Server that nobody has paid yet.
func New(publisher *events.Publisher) *Server {
	return &Server{publisher: publisher, payments: map[string]*paymentsv1.Payment{}}
}

// Charge takes the price of an order. To charge one order twice is to charge it once. It succeeds when the others will
// hear of it: until then the caller is to ask again.
func (s *Server) Charge(ctx context.Context, req *paymentsv1.ChargeRequest) (*paymentsv1.Payment, error) {
	if req.GetOrderId() == "" || req.GetCents() < 1 {
		return nil, status.Error(codes.InvalidArgument, "want an order_id and at least one cent")
	}
	payment := s.charge(req)
	charged := &paymentsv1.Charged{OrderId: payment.GetOrderId(), Cents: payment.GetCents()}
	if err := s.publisher.PublishCharged(ctx, payment.GetOrderId(), charged); err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	return payment, nil
}

func (s *Server) charge(req *paymentsv1.ChargeRequest) *paymentsv1.Payment {
	s.mu.Lock()
	defer s.mu.Unlock()
	payment := s.payments[req.GetOrderId()]
	if payment == nil {
		payment = &paymentsv1.Payment{OrderId: req.GetOrderId(), Cents: req.GetCents()}
		s.payments[req.GetOrderId()] = payment
	}
	return payment
}

// GetPayment finds the payment of an order.
func (s *Server) GetPayment(_ context.Context, req *paymentsv1.GetPaymentRequest) (*paymentsv1.Payment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if payment := s.payments[req.GetOrderId()]; payment != nil {
		return payment, nil
	}
	return nil, status.Errorf(codes.NotFound, "order %q has not been paid", req.GetOrderId())
}
