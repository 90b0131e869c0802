package grpcserver

import (
	"context"
	"time"
)

const (
	adminStopTimeout = time.Second // that a scrape may hold the end of the stop
	flushTimeout     = time.Second // that the traces of the last calls may
)

// stop ends everything that serve began, in the order in which nobody is left waiting for an answer.
func (s *Server) stop() {
	s.cfg.Logger.Info("stopping")
	s.health.setReady(false)
	if s.http != nil {
		s.http.SetKeepAlivesEnabled(false) // clients take another connection, to another instance, for their next request
	}
	consumed := s.stopConsumer()
	if s.cfg.Registrar != nil {
		s.cfg.Registrar.Stop()
	}
	time.Sleep(s.cfg.DrainDelay) // calls are still answered until clients and balancers have seen NOT_SERVING
	end := s.stopGRPC()
	<-consumed
	s.finish(end)
}

// finish ends what serves calls, after the last of them. The owner's part of it ends at end.
func (s *Server) finish(end time.Time) {
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	s.added.stop(ctx, s.cfg.Logger)
	s.flush()
	s.stopAdmin()
	s.cfg.Logger.Info("stopped")
}

// stopConsumer stops the consumer while calls are still answered. The channel that it returns is closed when it has stopped.
func (s *Server) stopConsumer() <-chan struct{} {
	consumed := make(chan struct{})
	go func() {
		defer close(consumed)
		if s.cfg.Consumer != nil {
			s.cfg.Consumer.Stop(s.callTime())
		}
	}()
	return consumed
}

// callTime is how much of the graceful timeout calls and events have. They leave a twentieth to what the owner stops.
func (s *Server) callTime() time.Duration {
	if len(s.added.hooks) == 0 {
		return s.cfg.GracefulTimeout
	}
	return s.cfg.GracefulTimeout - s.cfg.GracefulTimeout/20
}

// stopGRPC refuses new calls and lets those in flight finish; what remains after the graceful timeout is cut. It returns when
// that timeout is over.
func (s *Server) stopGRPC() (over time.Time) {
	began := time.Now()
	over = began.Add(s.cfg.GracefulTimeout)
	s.streams.endExempt()
	end := time.AfterFunc(s.cfg.GracefulTimeout-s.cfg.GracefulTimeout/10, s.streams.endAll)
	defer end.Stop()
	ctx, cancel := context.WithDeadline(context.Background(), began.Add(s.callTime()))
	defer cancel()

	finished := make(chan struct{})
	go func() {
		if s.http != nil {
			_ = s.http.Shutdown(ctx) // first: what it is asked, grpc answers
		}
		s.grpc.GracefulStop()
		close(finished)
	}()
	select {
	case <-finished:
	case <-ctx.Done():
		s.cfg.Logger.Warn("graceful timeout is over, cutting the calls that remain")
		if s.http != nil {
			_ = s.http.Close()
		}
		s.grpc.Stop()
	}
	return over
}

// flush sends the spans that wait to be sent. A collector that is gone loses them and holds the stop no longer.
func (s *Server) flush() {
	if s.cfg.Flush == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	if err := s.cfg.Flush(ctx); err != nil {
		s.cfg.Logger.Warn("spans are lost", "error", err)
	}
}

// stopAdmin is last, so that probes and scrapes see the stop to its end.
func (s *Server) stopAdmin() {
	ctx, cancel := context.WithTimeout(context.Background(), adminStopTimeout)
	defer cancel()
	if s.admin.Shutdown(ctx) != nil {
		_ = s.admin.Close()
	}
	_ = s.pprof.Close()
}
