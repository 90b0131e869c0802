package resiliencetest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
	"github.com/msgen/msgen/templates/service/internal/resilience"
)

// Connect returns the connection of a client that is made as a proof asks for.
type Connect func(*testing.T, Client) *grpc.ClientConn

// Client is what a proof asks for.
type Client struct {
	Endpoint string
	Options  []grpc.DialOption
	Isolate  func(resilience.Table)             // leaves one rule of the client's own table
	Random   func() float64                     // where jitter comes from; nil: the client's own
	Fallback func(context.Context, error) error // whether the functions that answer for the service have no answer either
}

// stage is where one method is called.
type stage struct {
	Method

	t        *testing.T
	policy   Policy
	connect  Connect
	client   Client // the next one
	instance *clienttest.Instance
	conn     *grpc.ClientConn
}

// rules copies the rules of a method that a proof is about.
type rules func(from resilience.Policy, to *resilience.Policy)

// only makes a client and its one instance. Of its rules, the method has those that keep copies; its calls have no time.
func (s *stage) only(keep rules, options ...grpc.DialOption) {
	s.t.Helper()
	s.instance = clienttest.NewInstance(s.t)
	client := s.client
	client.Endpoint = "one:8080"
	client.Options = append([]grpc.DialOption{clienttest.Dial(map[string]*clienttest.Instance{client.Endpoint: s.instance})}, options...)
	client.Isolate = func(table resilience.Table) {
		own := table.Methods[s.Name]
		rest := resilience.Policy{Stream: own.Stream}
		if s.Stream == nil {
			rest.Timeout = time.Hour
		}
		keep(own, &rest)
		table.Methods[s.Name] = rest
	}
	if client.Fallback == nil {
		client.Fallback = func(_ context.Context, err error) error { return err }
	}
	s.conn = s.connect(s.t, client)
	s.conn.Connect()
	synctest.Wait()
}

// call makes a call with a context of its own.
func (s *stage) call() error { return s.callWith(s.t.Context()) }

// callWith makes a call, to its end.
func (s *stage) callWith(ctx context.Context) error {
	if s.Stream == nil {
		return s.conn.Invoke(ctx, s.Name, &emptypb.Empty{}, &emptypb.Empty{})
	}
	stream, err := s.conn.NewStream(ctx, s.Stream, s.Name)
	if err != nil {
		return err
	}
	_ = stream.SendMsg(&emptypb.Empty{}) // that it fails is seen on receiving
	_ = stream.CloseSend()
	for err = stream.RecvMsg(&emptypb.Empty{}); err == nil && s.Stream.ServerStreams; {
		err = stream.RecvMsg(&emptypb.Empty{})
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// calls makes so many calls that end with code.
func (s *stage) calls(n int, code codes.Code) {
	s.t.Helper()
	s.instance.Do(clienttest.Fail(code))
	for range n {
		s.want(s.call(), code)
	}
}

// want fails the test unless err has the code.
func (s *stage) want(err error, code codes.Code) {
	s.t.Helper()
	if got := status.Code(err); got != code {
		s.t.Fatalf("the call has ended with %v (%v), want %v", got, err, code)
	}
}

// wantRefused fails the test unless the client itself has refused a call, immediately, by a rule that it names.
func (s *stage) wantRefused(code codes.Code, rule string) {
	s.t.Helper()
	began := time.Now()
	err := s.call()
	s.want(err, code)
	s.wantSeen(0)
	s.wantTook(began, 0)
	if !strings.Contains(err.Error(), s.Name) || !strings.Contains(err.Error(), rule) {
		s.t.Errorf("the error does not say that the %s of %s refuses: %v", rule, s.Name, err)
	}
}

// wantSeen fails the test unless the instance has seen so many attempts since the last time, which it returns.
func (s *stage) wantSeen(n int) []clienttest.Attempt {
	s.t.Helper()
	seen := s.instance.Seen()
	if len(seen) != n {
		s.t.Fatalf("the instance has seen %d attempts, want %d", len(seen), n)
	}
	return seen
}

// wantTook fails the test unless exactly so much time has passed since began.
func (s *stage) wantTook(began time.Time, want time.Duration) {
	s.t.Helper()
	if took := time.Since(began); took != want {
		s.t.Errorf("the call has taken %s, want %s", took, want)
	}
}

// errorCodes are all but OK.
func errorCodes() []codes.Code {
	var all []codes.Code
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		all = append(all, code)
	}
	return all
}
