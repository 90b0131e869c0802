package resiliencetest

import (
	"context"
	"slices"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
	"github.com/msgen/msgen/templates/service/internal/resilience"
)

// breaks makes a client that has a breaker for the method, and no other rule.
func (s *stage) breaks() {
	s.t.Helper()
	s.only(func(from resilience.Policy, to *resilience.Policy) { to.Breaker = from.Breaker })
}

// fails makes so many calls that fail.
func (s *stage) fails(n int) {
	s.t.Helper()
	s.calls(n, s.Breaker.FailureCodes[0])
}

// wantOpen fails the test unless a call is refused by the breaker, or with false unless it reaches the instance.
func (s *stage) wantOpen(open bool) {
	s.t.Helper()
	s.instance.Seen()
	s.instance.Do(clienttest.Well)
	if open {
		s.wantRefused(codes.Unavailable, "breaker")
		return
	}
	s.want(s.call(), codes.OK)
	s.wantSeen(1)
}

// wantOpenAfterOneMore fails the test unless one more failure reaches the instance, and opens the breaker.
func (s *stage) wantOpenAfterOneMore() {
	s.t.Helper()
	s.instance.Seen()
	s.fails(1)
	s.wantSeen(1)
	s.wantOpen(true)
}

func breakerOpensAtItsVolume(s *stage) {
	s.breaks()
	s.fails(s.Breaker.RequestVolume - 1)
	s.wantOpenAfterOneMore()
}

func breakerOpensAtItsPercentage(s *stage) {
	s.breaks()
	hundreds := (s.Breaker.RequestVolume + 99) / 100
	s.calls(hundreds*(100-s.Breaker.ErrorPercent), codes.OK)
	s.fails(hundreds*s.Breaker.ErrorPercent - 1)
	s.wantOpenAfterOneMore()
}

func breakerForgetsAfterItsWindow(s *stage) {
	single := s.Breaker.RequestVolume == 1
	for _, late := range []bool{false, true} {
		s.breaks()
		if single {
			s.calls(100, codes.OK) // with which one failure is too few
		}
		s.fails(s.Breaker.RequestVolume - 1)
		time.Sleep(s.Breaker.RollingWindow - time.Millisecond)
		if late {
			time.Sleep(time.Millisecond)
		}
		s.fails(1)
		s.wantOpen(late == single)
	}
}

func breakerProbesAfterItsSleep(s *stage) {
	s.breaks()
	s.fails(s.Breaker.RequestVolume)
	sleep := func() {
		s.t.Helper()
		time.Sleep(s.Breaker.SleepWindow - time.Millisecond)
		s.wantOpen(true)
		time.Sleep(time.Millisecond)
	}
	sleep()
	s.fails(1) // the probe
	s.wantSeen(1)
	sleep()
	answer := make(chan struct{})
	s.instance.Do(func(context.Context) error { <-answer; return nil })
	probe := make(chan error, 1)
	go func() { probe <- s.call() }()
	synctest.Wait()
	s.wantSeen(1)
	s.wantOpen(true) // there is one probe at a time
	close(answer)
	s.want(<-probe, codes.OK)
	s.fails(s.Breaker.RequestVolume - 1) // what was before is forgotten
	s.wantOpenAfterOneMore()
}

func breakerCountsItsCodes(s *stage) {
	for _, code := range errorCodes() {
		s.breaks()
		s.calls(s.Breaker.RequestVolume, code)
		s.wantOpen(slices.Contains(s.Breaker.FailureCodes, code))
	}
}
