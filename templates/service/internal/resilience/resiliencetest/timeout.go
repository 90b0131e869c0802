package resiliencetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
	"github.com/msgen/msgen/templates/service/internal/resilience"
)

func callEndsInTime(s *stage) {
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.Timeout = from.Timeout })
	s.wantBound(s.t.Context(), s.Timeout)
}

func attemptEndsInTime(s *stage) {
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.AttemptTimeout = from.AttemptTimeout })
	s.wantBound(s.t.Context(), s.AttemptTimeout)
}

func callersEarlierDeadlineWins(s *stage) {
	s.only(func(from resilience.Policy, to *resilience.Policy) { *to = from })
	callers := s.shortest() / 2
	ctx, cancel := context.WithTimeout(s.t.Context(), callers)
	defer cancel()
	s.wantBound(ctx, callers)
}

// wantBound makes a call that is not answered. It fails the test unless the call takes exactly so long, and the
// instance was given that time.
func (s *stage) wantBound(ctx context.Context, want time.Duration) {
	s.t.Helper()
	s.instance.Do(clienttest.Hang)
	began := time.Now()
	s.want(s.callWith(ctx), codes.DeadlineExceeded)
	s.wantTook(began, want)
	if seen := s.wantSeen(1); seen[0].Timeout != want {
		s.t.Errorf("the instance was given %s, want %s", seen[0].Timeout, want)
	}
}

func fileOverrides(s *stage) {
	path := filepath.Join(s.t.TempDir(), "resilience.yaml")
	text := fmt.Sprintf("methods: {%s: {timeout: %s}}", s.Name[1:], 2*s.Timeout)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.t.Setenv(s.policy.FileVariable, path)
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.Timeout = from.Timeout })
	s.wantBound(s.t.Context(), 2*s.Timeout)
}

func idleStreamEnds(s *stage) {
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.IdleTimeout = from.IdleTimeout })
	s.instance.Do(clienttest.Hang)
	stream, err := s.conn.NewStream(s.t.Context(), s.Stream, s.Name)
	if err != nil {
		s.t.Fatal(err)
	}
	time.Sleep(s.IdleTimeout - time.Millisecond)
	if err := stream.SendMsg(&emptypb.Empty{}); err != nil { // which makes it last
		s.t.Fatal(err)
	}
	began := time.Now()
	s.want(stream.RecvMsg(&emptypb.Empty{}), codes.DeadlineExceeded)
	s.wantTook(began, s.IdleTimeout)
}

// callWithoutConnection waits for a connection where the policy says so, and otherwise fails.
func callWithoutConnection(s *stage) {
	var up atomic.Bool
	dial := func(ctx context.Context, _ string) (net.Conn, error) {
		if !up.Load() {
			return nil, errors.New("down")
		}
		return s.instance.DialContext(ctx)
	}
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.WaitForReady = from.WaitForReady },
		grpc.WithContextDialer(dial))
	time.AfterFunc(time.Minute, func() { up.Store(true) })
	if s.WaitForReady {
		s.want(s.call(), codes.OK)
	} else {
		s.want(s.call(), codes.Unavailable)
	}
}
