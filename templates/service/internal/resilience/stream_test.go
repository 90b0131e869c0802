package resilience

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
)

// The kinds of streams.
var (
	fromServer = &grpc.StreamDesc{ServerStreams: true}
	fromClient = &grpc.StreamDesc{ClientStreams: true}
	both       = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
)

// streams is an engine whose streams go to an instance.
type streams struct {
	t        *testing.T
	instance *clienttest.Instance
	conn     *grpc.ClientConn
}

// overStreams runs test for a method with a policy.
func overStreams(t *testing.T, policy Policy, test func(*streams)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &streams{t: t, instance: clienttest.NewInstance(t)}
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
		s.conn, err = grpc.NewClient("passthrough:///one",
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			clienttest.Dial(map[string]*clienttest.Instance{"one": s.instance}),
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

// wantEnd reads a stream, and fails the test unless it ends with the code.
func (s *streams) wantEnd(stream grpc.ClientStream, code codes.Code) {
	s.t.Helper()
	if _, err := read(stream); status.Code(err) != code {
		s.t.Errorf("the stream has ended with %v, want %v", err, code)
	}
}

func (s *streams) wantSeen(n int) {
	s.t.Helper()
	if seen := s.instance.Seen(); len(seen) != n {
		s.t.Errorf("the instance has seen %d attempts, want %d", len(seen), n)
	}
}

// failOnce fails the first attempt.
func failOnce() clienttest.Answer {
	failed := false
	return func(context.Context) error {
		if !failed {
			failed = true
			return status.Error(codes.Unavailable, "")
		}
		return nil
	}
}

// TestRulesLastUntilAStreamEnds: its caller reads it to the end, or only leaves it.
func TestRulesLastUntilAStreamEnds(t *testing.T) {
	for name, desc := range map[string]*grpc.StreamDesc{"from the server": fromServer, "from the client": fromClient, "both": both} {
		t.Run(name, func(t *testing.T) {
			overStreams(t, Policy{Timeout: time.Minute, Bulkhead: &Bulkhead{MaxConcurrentRequests: 1}}, func(s *streams) {
				s.instance.Do(clienttest.Hang)
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
				s.instance.Do(clienttest.Well)
				for range 3 {
					s.wantEnd(s.open(s.t.Context(), desc), codes.OK)
				}
			})
		})
	}
}

func TestBreakerOfStreams(t *testing.T) {
	overStreams(t, Policy{Breaker: quickBreaker()}, func(s *streams) {
		s.instance.DoAndEnd(clienttest.Well, status.Error(codes.Unavailable, "late"))
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
		s.instance.Do(clienttest.Hang)
		began := time.Now()
		s.wantEnd(s.open(s.t.Context(), fromServer), codes.DeadlineExceeded)
		if took := time.Since(began); took != time.Minute {
			s.t.Errorf("the stream has taken %s", took)
		}
	})
}

func TestIdleStreamEnds(t *testing.T) {
	overStreams(t, Policy{IdleTimeout: 5 * time.Second}, func(s *streams) {
		s.instance.Do(clienttest.Hang)
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

		s.instance.Do(clienttest.Well)
		s.wantEnd(s.open(s.t.Context(), both), codes.OK)
	})
}

func TestStreamIsRepeatedUntilItAnswers(t *testing.T) {
	overStreams(t, Policy{Retry: threeAttempts()}, func(s *streams) {
		answer := failOnce()
		s.instance.Do(func(ctx context.Context) error {
			_ = grpc.SetTrailer(ctx, metadata.Pairs("x-failed", "no"))
			return answer(ctx)
		})
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
	fails := clienttest.Fail(codes.Unavailable)
	for name, c := range map[string]struct {
		desc   *grpc.StreamDesc
		answer clienttest.Answer
		end    error
		want   codes.Code
		seen   int
	}{
		"it is":                              {fromServer, fails, nil, codes.Unavailable, 3},
		"its caller has got a message":       {fromServer, clienttest.Well, status.Error(codes.Unavailable, "late"), codes.Unavailable, 1},
		"what the client has sent is gone":   {fromClient, fails, nil, codes.Unavailable, 1},
		"what both have sent is gone":        {both, fails, nil, codes.Unavailable, 1},
		"another attempt would do no better": {fromServer, clienttest.Fail(codes.NotFound), nil, codes.NotFound, 1},
	} {
		t.Run(name, func(t *testing.T) {
			overStreams(t, Policy{Retry: threeAttempts()}, func(s *streams) {
				s.instance.DoAndEnd(c.answer, c.end)
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
			s.instance.Do(func(ctx context.Context) error {
				if sent {
					_ = grpc.SendHeader(ctx, metadata.Pairs("x-from", "one"))
				}
				return status.Error(codes.Unavailable, "")
			})
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
