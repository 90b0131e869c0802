package resilience

import (
	"context"
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// retriedStream is a server's stream that starts again when it fails before its first message. The one request is sent
// again.
type retriedStream struct {
	call    *call
	again   func(error) bool // whether an attempt that has ended so is followed by another, once that is due
	attempt func() error     // makes it
	request any

	grpc.ClientStream // of the last attempt

	mu    sync.Mutex // guards ClientStream, which the caller may look at while it receives, and begun
	begun bool       // whether the caller has seen something of the answer
}

// SendMsg sends the request.
func (s *retriedStream) SendMsg(m any) error {
	s.request = m
	return s.current().SendMsg(m)
}

// RecvMsg receives a message.
func (s *retriedStream) RecvMsg(m any) error {
	err := s.current().RecvMsg(m)
	for s.fresh() && err != nil && !errors.Is(err, io.EOF) && s.again(err) {
		err = s.restart(m)
	}
	s.begin()
	return err
}

// restart makes another attempt, and receives its first message.
func (s *retriedStream) restart(m any) error {
	if err := s.attempt(); err != nil {
		return err
	}
	stream := s.call.opened
	s.mu.Lock()
	s.ClientStream = stream
	s.mu.Unlock()
	if err := stream.SendMsg(s.request); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return stream.RecvMsg(m)
}

// Header returns what the server has sent before its first message.
func (s *retriedStream) Header() (metadata.MD, error) {
	header, err := s.current().Header()
	if len(header) > 0 {
		s.begin()
	}
	return header, err
}

// Trailer returns what the server has sent at the end.
func (s *retriedStream) Trailer() metadata.MD { return s.current().Trailer() }

// Context returns the context of the last attempt.
func (s *retriedStream) Context() context.Context { return s.current().Context() }

func (s *retriedStream) current() grpc.ClientStream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ClientStream
}

func (s *retriedStream) fresh() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.begun
}

func (s *retriedStream) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = true
}
