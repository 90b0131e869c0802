package resiliencetest

import (
	"context"
	"testing/synctest"

	"google.golang.org/grpc/codes"

	"github.com/msgen/msgen/templates/service/internal/resilience"
)

func bulkheadRefusesOneTooMany(s *stage) {
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.Bulkhead = from.Bulkhead })
	answer, ended := make(chan struct{}), make(chan error, s.Concurrent)
	begin := func() { ended <- s.call() }
	s.instance.Do(func(context.Context) error { <-answer; return nil })
	for range s.Concurrent {
		go begin()
	}
	synctest.Wait()
	s.wantSeen(s.Concurrent)
	s.wantRefused(codes.ResourceExhausted, "bulkhead")

	answer <- struct{}{} // one ends, and makes room for one
	s.want(<-ended, codes.OK)
	synctest.Wait()
	go begin()
	synctest.Wait()
	s.wantSeen(1)
	close(answer)
	for range s.Concurrent {
		s.want(<-ended, codes.OK)
	}
}
