package resilience

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// idleTimer ends a stream on which neither side has sent for some time.
type idleTimer struct {
	timeout time.Duration // zero: never
	cancel  context.CancelFunc

	mu    sync.Mutex
	timer *time.Timer // nil: the stream has ended
	err   error       // what the stream was ended with; nil: it was not
}

// start returns the context of a stream that begins now.
func (t *idleTimer) start(ctx context.Context, timeout time.Duration) context.Context {
	if timeout == 0 {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	t.timeout, t.cancel = timeout, cancel
	t.timer = time.AfterFunc(timeout, t.expire)
	return ctx
}

func (t *idleTimer) expire() {
	t.mu.Lock()
	t.err = status.Error(codes.DeadlineExceeded, fmt.Sprintf("neither side has sent anything for %s", t.timeout))
	t.mu.Unlock()
	t.cancel()
}

// touch notes that a message has passed.
func (t *idleTimer) touch() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Reset(t.timeout)
	}
}

// stop ends the timer with its stream.
func (t *idleTimer) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
		t.cancel()
	}
}

// explain returns the timer's error in place of one that it has caused.
func (t *idleTimer) explain(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil && status.Code(err) == codes.Canceled {
		return t.err
	}
	return err
}

// SendMsg sends a message.
func (s *openStream) SendMsg(m any) error {
	err := s.ClientStream.SendMsg(m)
	return s.passed(err)
}

// RecvMsg receives a message.
func (s *openStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	return s.passed(err)
}

// passed takes the end of a message's way.
func (s *openStream) passed(err error) error {
	switch {
	case err == nil:
		s.idle.touch()
		return nil
	case errors.Is(err, io.EOF):
		return err
	default:
		return s.idle.explain(err)
	}
}
