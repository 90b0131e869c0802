package resiliencetest

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
	"github.com/msgen/msgen/templates/service/internal/resilience"
)

// retries makes a client that tries the method again, and has no other rule for it. The attempts of a stream that the client
// sends fail before they are opened: later they are not repeated.
func (s *stage) retries() {
	s.t.Helper()
	keep := func(from resilience.Policy, to *resilience.Policy) { to.Retry = from.Retry }
	if !s.sends() {
		s.only(keep)
		return
	}
	door := clienttest.NewInstance(s.t)
	s.only(keep, grpc.WithChainStreamInterceptor(entry(door)))
	s.instance = door
}

// entry has door answer the attempts at streams before they are opened.
func entry(door *clienttest.Instance) grpc.StreamClientInterceptor {
	return func(
		ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string,
		open grpc.Streamer, options ...grpc.CallOption,
	) (grpc.ClientStream, error) {
		sent, _ := metadata.FromOutgoingContext(ctx)
		if err := door.Take(metadata.NewIncomingContext(ctx, sent))(ctx); err != nil {
			return nil, err
		}
		return open(ctx, desc, conn, method, options...)
	}
}

// earn makes good calls, enough for the retries of another call.
func (s *stage) earn() {
	s.t.Helper()
	if s.repeats() {
		s.calls((100*(s.Retry.Attempts-1)+s.policy.RetryPercent-1)/s.policy.RetryPercent, codes.OK)
	}
	s.instance.Seen()
}

func attemptsByCode(s *stage) {
	s.retries()
	for _, code := range errorCodes() {
		s.earn()
		s.calls(1, code)
		want := 1
		if slices.Contains(s.Retry.Codes, code) {
			want = s.Retry.Attempts
		}
		for i, a := range s.wantSeen(want) {
			if i > 0 && !slices.Equal(a.Previous, []string{strconv.Itoa(i)}) {
				s.t.Errorf("attempt %d says that it follows %q", i+1, a.Previous)
			}
		}
	}
}

func pausesBetweenAttempts(s *stage) {
	for end, share := range []float64{0, math.Nextafter(1, 0)} {
		s.client.Random = func() float64 { return share }
		s.retries()
		s.earn()
		s.calls(1, s.Retry.Codes[0])
		seen := s.wantSeen(s.Retry.Attempts)
		for i, pause := range s.Retry.Pauses {
			got := seen[i+1].At.Sub(seen[i].At)
			if (got - pause[end]).Abs() > time.Microsecond {
				s.t.Errorf("pause %d is %s, want %s", i+1, got, pause[end])
			}
		}
	}
}

// retryBudget makes calls of one method that all fail, in no time: their retries are what the budget allows.
func retryBudget(s *stage) {
	s.only(func(from resilience.Policy, to *resilience.Policy) {
		retry := *from.Retry
		retry.InitialBackoff, retry.MaxBackoff = 1, 1 // of a nanosecond
		to.Retry = &retry
	})
	calls := 100 + s.policy.RetryPerSecond
	s.calls(calls, s.Retry.Codes[0])
	retries := min(calls*(s.Retry.Attempts-1), s.policy.RetryPerSecond+calls*s.policy.RetryPercent/100)
	s.wantSeen(calls + retries)
}
