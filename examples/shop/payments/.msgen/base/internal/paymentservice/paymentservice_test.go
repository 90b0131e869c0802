package paymentservice

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	paymentsv1 "example.com/shop/payments/gen/shop/payments/v1"
	"example.com/shop/payments/internal/events"
)

// Each test calls one RPC with an empty request and accepts every answer that a handler may well give. Make it ask
// something and check the reply.

func TestCharge(t *testing.T) {
	client, ctx := connect(t)
	_, err := client.Charge(ctx, &paymentsv1.ChargeRequest{})
	checkAnswered(t, err)
}

func TestGetPayment(t *testing.T) {
	client, ctx := connect(t)
	_, err := client.GetPayment(ctx, &paymentsv1.GetPaymentRequest{})
	checkAnswered(t, err)
}

// connect returns a client of a Server that runs in memory, and a context for one call.
func connect(t *testing.T) (paymentsv1.PaymentServiceClient, context.Context) {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	paymentsv1.RegisterPaymentServiceServer(server, New(events.NewPublisherTo(ignore)))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)

	conn, err := grpc.NewClient("passthrough:///paymentservice",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	t.Cleanup(cancel)
	return paymentsv1.NewPaymentServiceClient(conn), ctx
}

// ignore takes the events that a handler publishes. Make it keep them to see what they are.
func ignore(context.Context, events.Message) error { return nil }

// checkAnswered fails the test when err is none that a handler gives on purpose.
func checkAnswered(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, io.EOF) {
		return
	}
	switch status.Code(err) {
	case codes.Unknown, codes.DeadlineExceeded, codes.Unavailable:
		t.Errorf("the call failed: %v", err)
	}
}
