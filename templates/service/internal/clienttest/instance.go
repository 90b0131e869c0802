// Package clienttest stands in for the instances of a service, for tests that hold a client to what its policy promises.
package clienttest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Instance is a server in memory that answers any call as the test has it: in a synctest bubble its clock is the
// bubble's, and a message takes no time.
type Instance struct {
	Health *health.Server

	port *bufconn.Listener

	mu       sync.Mutex
	answer   Answer
	attempts []Attempt
}

// Answer says how an attempt ends.
type Answer func(context.Context) error

// Attempt is what an instance has seen of one attempt at a call.
type Attempt struct {
	At       time.Time
	Timeout  time.Duration // that it was given; zero: none
	Previous []string      // how many attempts it follows, as the client says
}

// NewInstance returns an instance that runs for as long as the test does, and answers well.
func NewInstance(t *testing.T, options ...grpc.ServerOption) *Instance {
	t.Helper()
	i := &Instance{Health: health.NewServer(), port: bufconn.Listen(64 << 10), answer: Well}
	server := grpc.NewServer(append(options,
		grpc.UnknownServiceHandler(i.handle),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}))...)
	healthpb.RegisterHealthServer(server, i.Health)
	go func() { _ = server.Serve(i.port) }()
	t.Cleanup(server.Stop)
	return i
}

func (i *Instance) handle(_ any, stream grpc.ServerStream) error {
	answer := i.Take(stream.Context())
	message := &emptypb.Empty{}
	if err := stream.RecvMsg(message); err != nil {
		return err
	}
	if err := answer(stream.Context()); err != nil {
		return err
	}
	return stream.SendMsg(message)
}

// Take writes down an attempt that has come in, and returns how it is answered.
func (i *Instance) Take(ctx context.Context) Answer {
	a := Attempt{At: time.Now()}
	if deadline, ok := ctx.Deadline(); ok {
		a.Timeout = time.Until(deadline)
	}
	received, _ := metadata.FromIncomingContext(ctx)
	a.Previous = received.Get("grpc-previous-rpc-attempts")
	i.mu.Lock()
	defer i.mu.Unlock()
	i.attempts = append(i.attempts, a)
	return i.answer
}

// Do makes the instance answer so from the next attempt on.
func (i *Instance) Do(answer Answer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = answer
}

// Seen returns the attempts since the last time.
func (i *Instance) Seen() []Attempt {
	i.mu.Lock()
	defer i.mu.Unlock()
	seen := i.attempts
	i.attempts = nil
	return seen
}

// Calls is how many attempts there were since Seen.
func (i *Instance) Calls() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.attempts)
}

// Dial is the option of a client that reaches instances by their addresses.
func Dial(instances map[string]*Instance) grpc.DialOption {
	return grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
		return instances[address].DialContext(ctx)
	})
}

// DialContext connects to the instance.
func (i *Instance) DialContext(ctx context.Context) (net.Conn, error) { return i.port.DialContext(ctx) }

// Well is a good answer, whose message is the request's.
func Well(context.Context) error { return nil }

// Hang answers when the caller has given up.
func Hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Fail returns an answer that is the code, or a good one for OK.
func Fail(code codes.Code) Answer {
	return func(context.Context) error { return status.Error(code, "as the test has it") }
}
