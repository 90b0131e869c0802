package resilience

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
)

// The kinds of streams.
var (
	fromServer = &grpc.StreamDesc{ServerStreams: true}
	fromClient = &grpc.StreamDesc{ClientStreams: true}
	both       = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
)

// streams is an engine whose streams go to a server, which reads one request and answers it.
type streams struct {
	t      *testing.T
	conn   *grpc.ClientConn
	answer func(grpc.ServerStream) error
	seen   atomic.Int64
}

func (s *streams) serve(_ any, stream grpc.ServerStream) error {
	s.seen.Add(1)
	if err := stream.RecvMsg(&emptypb.Empty{}); err != nil {
		return err
	}
	return s.answer(stream)
}

// wellAndThen sends a message, and ends so.
func wellAndThen(end error) func(grpc.ServerStream) error {
	return func(stream grpc.ServerStream) error {
		if err := stream.SendMsg(&emptypb.Empty{}); err != nil {
			return err
		}
		return end
	}
}

func failing(code codes.Code) func(grpc.ServerStream) error {
	return func(grpc.ServerStream) error { return status.Error(code, "as the test has it") }
}

func hanging(stream grpc.ServerStream) error {
	<-stream.Context().Done()
	return stream.Context().Err()
}

// overStreams runs test for a method with a policy.
func overStreams(t *testing.T, policy Policy, test func(*streams)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		metrics, err := NewMetrics(nil, "test")
		if err != nil {
			t.Fatal(err)
		}
		policy.Stream = true
		engine, err := New(Options{
			Table: Table{
				RetryBudget: RetryBudget{Percent: 50, MinRetriesPerSecond: 100},
				Methods:     map[string]Policy{probe: policy},
			},
			Logger:  slog.New(slog.DiscardHandler),
			Metrics: metrics,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(engine.Close)
		s := &streams{t: t, answer: wellAndThen(nil)}
		port := bufconn.Listen(64 << 10)
		server := grpc.NewServer(grpc.UnknownServiceHandler(s.serve))
		go func() { _ = server.Serve(port) }()
		t.Cleanup(server.Stop)
		s.conn, err = grpc.NewClient("passthrough:///memory",
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return port.DialContext(ctx) }),
			grpc.WithStreamInterceptor(engine.Stream))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.conn.Close() })
		s.conn.Connect()
		synctest.Wait()
		test(s)
	})
}

// open opens a stream, sends the one request, and closes its side.
func (s *streams) open(ctx context.Context, desc *grpc.StreamDesc) grpc.ClientStream {
	s.t.Helper()
	stream, err := s.conn.NewStream(ctx, desc, probe)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = stream.SendMsg(&emptypb.Empty{}) // that it fails is seen on receiving
	_ = stream.CloseSend()
	return stream
}

// read receives to the end.
func read(stream grpc.ClientStream) (messages int, err error) {
	for ; err == nil; messages++ {
		err = stream.RecvMsg(&emptypb.Empty{})
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return messages - 1, err
}

// wantEnd reads a stream, and fails the test unless it ends with the code. The server is done with it too afterwards: a
// call that its caller has left may only now have reached it.
func (s *streams) wantEnd(stream grpc.ClientStream, code codes.Code) {
	s.t.Helper()
	if _, err := read(stream); status.Code(err) != code {
		s.t.Errorf("the stream has ended with %v, want %v", err, code)
	}
	synctest.Wait()
}

func (s *streams) wantSeen(n int64) {
	s.t.Helper()
	if seen := s.seen.Load(); seen != n {
		s.t.Errorf("the server has seen %d attempts, want %d", seen, n)
	}
}

// TestRulesLastUntilAStreamEnds: its caller reads it to the end, or only leaves it.
func TestRulesLastUntilAStreamEnds(t *testing.T) {
	for name, desc := range map[string]*grpc.StreamDesc{"from the server": fromServer, "from the client": fromClient, "both": both} {
		t.Run(name, func(t *testing.T) {
			overStreams(t, Policy{Timeout: time.Minute, Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, func(s *streams) {
				s.answer = hanging
				for range 3 {
					ctx, cancel := context.WithCancel(s.t.Context())
					if _, err := s.conn.NewStream(ctx, desc, probe); err != nil {
						s.t.Fatal(err)
					}
					if _, err := s.conn.NewStream(s.t.Context(), desc, probe); status.Code(err) != codes.ResourceExhausted {
						s.t.Fatalf("a second stream ends with %v", err)
					}
					cancel()
					synctest.Wait()
				}
				s.answer = wellAndThen(nil)
				for range 3 {
					s.wantEnd(s.open(s.t.Context(), desc), codes.OK)
				}
			})
		})
	}
}

func TestBreakerOfStreams(t *testing.T) {
	overStreams(t, Policy{Breaker: quickBreaker()}, func(s *streams) {
		s.answer = wellAndThen(status.Error(codes.Unavailable, "late"))
		for range 4 {
			s.wantEnd(s.open(s.t.Context(), fromServer), codes.Unavailable)
		}
		if _, err := s.conn.NewStream(s.t.Context(), fromServer, probe); !refused(err) {
			s.t.Errorf("the breaker is closed: %v", err)
		}
	})
}

func TestTimeOfStreams(t *testing.T) {
	overStreams(t, Policy{Timeout: time.Minute}, func(s *streams) {
		s.answer = hanging
		began := time.Now()
		s.wantEnd(s.open(s.t.Context(), fromServer), codes.DeadlineExceeded)
		if took := time.Since(began); took != time.Minute {
			s.t.Errorf("the stream has taken %s", took)
		}
	})
}

func TestIdleStreamEnds(t *testing.T) {
	overStreams(t, Policy{IdleTimeout: 5 * time.Second}, func(s *streams) {
		s.answer = hanging
		stream, err := s.conn.NewStream(s.t.Context(), both, probe)
		if err != nil {
			s.t.Fatal(err)
		}
		began := time.Now()
		for range 3 {
			time.Sleep(4 * time.Second)
			if err := stream.SendMsg(&emptypb.Empty{}); err != nil { // which makes it last
				s.t.Fatal(err)
			}
		}
		s.wantEnd(stream, codes.DeadlineExceeded)
		if took := time.Since(began); took != 17*time.Second {
			s.t.Errorf("the stream has taken %s, want 5s after the last message", took)
		}

		ctx, cancel := context.WithCancel(s.t.Context())
		stream = s.open(ctx, both)
		cancel()
		s.wantEnd(stream, codes.Canceled) // which is the caller's doing, not the timer's

		s.answer = wellAndThen(nil)
		s.wantEnd(s.open(s.t.Context(), both), codes.OK)
	})
}

func TestStreamIsRepeatedUntilItAnswers(t *testing.T) {
	overStreams(t, Policy{Retry: threeAttempts()}, func(s *streams) {
		s.answer = func(stream grpc.ServerStream) error {
			stream.SetTrailer(metadata.Pairs("x-failed", "no"))
			if s.seen.Load() == 1 {
				return status.Error(codes.Unavailable, "")
			}
			return stream.SendMsg(&emptypb.Empty{})
		}
		stream := s.open(s.t.Context(), fromServer)
		if err := stream.RecvMsg(&emptypb.Empty{}); err != nil || stream.Context().Err() != nil {
			s.t.Fatal(err, stream.Context().Err())
		}
		s.wantEnd(stream, codes.OK)
		s.wantSeen(2)
		if len(stream.Trailer().Get("x-failed")) != 1 {
			s.t.Errorf("the trailer is %v", stream.Trailer())
		}
	})
}

func TestStreamIsNotRepeated(t *testing.T) {
	fails := failing(codes.Unavailable)
	for name, c := range map[string]struct {
		desc   *grpc.StreamDesc
		answer func(grpc.ServerStream) error
		want   codes.Code
		seen   int64
	}{
		"it is":                              {fromServer, fails, codes.Unavailable, 3},
		"its caller has got a message":       {fromServer, wellAndThen(status.Error(codes.Unavailable, "late")), codes.Unavailable, 1},
		"what the client has sent is gone":   {fromClient, fails, codes.Unavailable, 1},
		"what both have sent is gone":        {both, fails, codes.Unavailable, 1},
		"another attempt would do no better": {fromServer, failing(codes.NotFound), codes.NotFound, 1},
	} {
		t.Run(name, func(t *testing.T) {
			overStreams(t, Policy{Retry: threeAttempts()}, func(s *streams) {
				s.answer = c.answer
				s.wantEnd(s.open(s.t.Context(), c.desc), c.want)
				s.wantSeen(c.seen)
			})
		})
	}
}

// TestStreamIsNotRepeatedOnceItsHeaderIsSeen: its caller may act by it.
func TestStreamIsNotRepeatedOnceItsHeaderIsSeen(t *testing.T) {
	for _, sent := range []bool{false, true} {
		overStreams(t, Policy{Retry: threeAttempts()}, func(s *streams) {
			s.answer = func(stream grpc.ServerStream) error {
				if sent {
					_ = stream.SendHeader(metadata.Pairs("x-from", "one"))
				}
				return status.Error(codes.Unavailable, "")
			}
			stream := s.open(s.t.Context(), fromServer)
			header, _ := stream.Header()
			s.wantEnd(stream, codes.Unavailable)
			if sent {
				s.wantSeen(1)
			} else {
				s.wantSeen(3)
			}
			if got := slices.Contains(header.Get("x-from"), "one"); got != sent {
				s.t.Errorf("the header is %v", header)
			}
		})
	}
}

func TestOtherStreamsPass(t *testing.T) {
	overStreams(t, Policy{Timeout: time.Second}, func(s *streams) {
		stream, err := s.conn.NewStream(s.t.Context(), both, "/test.v1.Probe/Other")
		if err != nil {
			s.t.Fatal(err)
		}
		if _, limited := stream.Context().Deadline(); limited {
			s.t.Error("the stream has a deadline")
		}
	})
}
